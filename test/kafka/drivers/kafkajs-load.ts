import { readFileSync } from 'node:fs';
import type { Producer } from 'kafkajs';
import type { LoadOrder, LoadReport } from '../broker-crash.ts';
import { plainSecurity } from '../security.ts';
import { connectKafkajs } from './kafkajs-connect.ts';

const drainTimeoutMs = 60_000;
const runningRecords = 300;

const order = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as LoadOrder;
const connect = (role: string) => connectKafkajs(order.bootstrap, `${order.clientId}-${role}`, plainSecurity);
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

let stopped = false;
process.stdin.resume().on('end', () => {
  stopped = true;
});

const partitions = Array.from({ length: order.partitions }, (_, partition) => partition);
const acknowledged = partitions.map(() => new Set<number>());
/** Offset → number, by partition. */
const seen = partitions.map(() => new Map<bigint, number>());
let sent = 0;
let failed = 0;
let ackGapMs = 0;
let readGapMs = 0;

/**
 * One record after the other, since with more in flight kafkajs promises no order; and each partition by itself, since
 * a send to several brokers forgets the partitions of a broker that died when their new leader has answered already:
 * kafkajs 2.2.4 then resolves for records that it never sent again (src/producer/sendMessages.js, responsePerBroker).
 */
async function writePartition(producer: Producer, partition: number): Promise<void> {
  let lastAckMs = performance.now();
  for (let number = 0; !stopped; number += 1) {
    sent += 1;
    try {
      await producer.send({ topic: order.topic, acks: -1, messages: [{ partition, value: String(number) }] });
      ackGapMs = Math.max(ackGapMs, performance.now() - lastAckMs);
      lastAckMs = performance.now();
      acknowledged[partition]?.add(number);
    } catch {
      failed += 1;
    }
    await pause(order.pauseMs);
  }
}

async function write(): Promise<void> {
  const producer = connect('producer').producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  await Promise.all(partitions.map((partition) => writePartition(producer, partition)));
  await producer.disconnect();
}

function lost(): number {
  let count = 0;
  for (const partition of partitions) {
    const numbers = new Set(seen[partition]?.values());
    for (const number of acknowledged[partition] ?? []) {
      if (!numbers.has(number)) count += 1;
    }
  }
  return count;
}

const consumer = connect('consumer').consumer({ groupId: order.groupId, maxWaitTimeInMs: 100 });
await consumer.connect();
await consumer.subscribe({ topics: [order.topic], fromBeginning: true });
let lastReadMs: number | null = null;
let read = 0;
await consumer.run({
  eachMessage: async ({ partition, message }) => {
    const nowMs = performance.now();
    if (lastReadMs !== null) readGapMs = Math.max(readGapMs, nowMs - lastReadMs);
    lastReadMs = nowMs;
    seen[partition]?.set(BigInt(message.offset), Number(message.value));
    read += 1;
    if (read === runningRecords) process.stdout.write('running\n');
  },
});
await write();
const deadlineMs = performance.now() + drainTimeoutMs;
while (lost() > 0 && performance.now() < deadlineMs) {
  await pause(100);
}
await consumer.disconnect();
const report: LoadReport = {
  client: order.client,
  sent,
  acknowledged: acknowledged.map((each) => [...each]),
  failed,
  lost: lost(),
  read: seen.reduce((sum, each) => sum + each.size, 0),
  ackGapMs: Math.round(ackGapMs),
  readGapMs: Math.round(readGapMs),
};
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exit(0);
