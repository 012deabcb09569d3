import { once } from 'node:events';
import { type Cell, cellTimeoutMs } from '../cells.ts';
import { runCommand } from '../process.ts';
import type { ScenarioRecord } from '../scenario.ts';
import { runCells } from './cell-order.ts';
import { startKcatConsumer } from './kcat-consumer.ts';
import { keyDelimiter } from './kcat-records.ts';
import { SeenRecords, waitUntil } from './order.ts';

function connection(cell: Cell): string[] {
  const settings = { 'client.id': cell.clientId, ...cell.settings };
  return ['-b', cell.bootstrap, ...Object.entries(settings).flatMap(([name, value]) => ['-X', `${name}=${value}`])];
}

async function produce(cell: Cell): Promise<void> {
  const headers = (cell.records[0]?.headers ?? []).flatMap(([name, value]) => ['-H', `${name}=${value}`]);
  const input = cell.records.map((record) => `${record.key}${keyDelimiter}${record.value ?? ''}\n`).join('');
  const how = ['-P', '-t', cell.topic, '-K', keyDelimiter, '-Z', '-z', cell.codec, '-X', 'enable.idempotence=true'];
  const result = await runCommand('kcat', [...connection(cell), ...how, ...headers], {
    timeoutMs: cellTimeoutMs,
    input,
  });
  if (result.code !== 0) {
    throw new Error(`kcat -P ended with ${result.code}: ${result.stderr.trim().slice(-400)}`);
  }
}

async function consume(cell: Cell): Promise<ScenarioRecord[]> {
  const seen = new SeenRecords();
  const settings = ['auto.offset.reset=earliest', 'session.timeout.ms=10000', 'fetch.wait.max.ms=100'];
  const group = { id: cell.groupId, topic: cell.topic };
  const { process: child, log } = startKcatConsumer(connection(cell), settings, group, seen);
  const ended = once(child, 'exit');
  try {
    await waitUntil(
      `reading ${cell.topic}`,
      () => {
        if (child.exitCode !== null) throw new Error(`kcat -G ended with ${child.exitCode}: ${log().slice(-400)}`);
        return seen.size >= cell.records.length;
      },
      cellTimeoutMs,
    );
  } finally {
    child.kill('SIGINT');
    await ended;
  }
  return seen.list();
}

await runCells(async (cell) => {
  await produce(cell);
  return consume(cell);
});
