import { type Cell, cellTimeoutMs } from '../cells.ts';
import type { ScenarioRecord } from '../scenario.ts';
import { runCells } from './cell-order.ts';
import { connectKafkajs } from './kafkajs-connect.ts';
import { compressionOf, toMessage, toRecord } from './kafkajs-records.ts';
import { SeenRecords, waitUntil } from './order.ts';

async function work(cell: Cell): Promise<ScenarioRecord[]> {
  const kafka = connectKafkajs(cell.bootstrap, cell.clientId, cell.security);
  const producer = kafka.producer({ idempotent: true });
  const consumer = kafka.consumer({ groupId: cell.groupId, maxWaitTimeInMs: 100 });
  const seen = new SeenRecords();
  try {
    await producer.connect();
    await producer.send({
      topic: cell.topic,
      compression: compressionOf[cell.codec],
      messages: cell.records.map(toMessage),
    });
    await consumer.connect();
    await consumer.subscribe({ topics: [cell.topic], fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ partition, message }) => seen.add(partition, message.offset, toRecord(message)),
    });
    await waitUntil(`reading ${cell.topic}`, () => seen.size >= cell.records.length, cellTimeoutMs);
  } finally {
    await producer.disconnect();
    await consumer.disconnect();
  }
  return seen.list();
}

await runCells(work);
