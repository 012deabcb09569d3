import { readFileSync } from 'node:fs';
import { type ConnectionOptions, Consumer, Producer } from '@platformatic/kafka';
import { type Cell, cellTimeoutMs } from '../cells.ts';
import type { ScenarioRecord } from '../scenario.ts';
import { unsecuredToken } from '../security.ts';
import { runCells } from './cell-order.ts';
import { SeenRecords, waitUntil } from './order.ts';
import { toMessage, toRecord } from './platformatic-records.ts';

type Options = { clientId: string; bootstrapBrokers: string[] } & Pick<ConnectionOptions, 'tls' | 'sasl'>;

function optionsFor(cell: Cell): Options {
  const { caFile, certificateFile, keyFile, mechanism, username, password } = cell.security;
  const options: Options = { clientId: cell.clientId, bootstrapBrokers: cell.bootstrap.split(',') };
  if (caFile !== null) {
    options.tls = {
      ca: readFileSync(caFile),
      ...(certificateFile === null ? {} : { cert: readFileSync(certificateFile) }),
      ...(keyFile === null ? {} : { key: readFileSync(keyFile) }),
    };
  }
  if (mechanism === 'OAUTHBEARER') {
    options.sasl = { mechanism, token: unsecuredToken(username, Math.floor(Date.now() / 1000)) };
  } else if (mechanism !== null) {
    options.sasl = { mechanism, username, password };
  }
  return options;
}

async function work(cell: Cell): Promise<ScenarioRecord[]> {
  const options = optionsFor(cell);
  const seen = new SeenRecords();
  const producer = new Producer({ ...options, idempotent: true });
  await producer.send({
    compression: cell.codec,
    messages: cell.records.map((record) => toMessage(cell.topic, record)),
  });
  await producer.close();
  const common = { ...options, groupId: cell.groupId, maxWaitTime: 100, autocommit: false };
  const consumer: Consumer<Buffer, Buffer, Buffer, Buffer> =
    cell.groupProtocol === 'consumer'
      ? new Consumer({ ...common, groupProtocol: 'consumer' })
      : new Consumer({ ...common, sessionTimeout: 10_000, heartbeatInterval: 1_000 });
  const stream = await consumer.consume({ topics: [cell.topic], mode: 'earliest' });
  stream.on('data', (message) => seen.add(message.partition, message.offset, toRecord(message)));
  try {
    await waitUntil(`reading ${cell.topic}`, () => seen.size >= cell.records.length, cellTimeoutMs);
  } finally {
    await stream.close();
    await consumer.close(true);
  }
  return seen.list();
}

await runCells(work);
// The library leaves a timer or socket behind after every close() has resolved; all work is reported by now.
process.exit(0);
