// orders-svc: idempotent producers of orders.v1, lz4 and zstd batches of up to 20 records, and single ones uncompressed.
import type { Codec } from '../../records/record-batch.ts';
import type { Actor, ActorContext } from '../actor.ts';
import { BatchProducer } from '../batch-producer.ts';
import { javaClient39, javaClient43 } from '../client-profile.ts';
import { orderRecord } from '../order-records.ts';

const topicName = 'orders.v1';
const pauseMs = 14;

/** Two instances, of two releases, as in the middle of an upgrade. */
export const ordersServices: readonly Actor[] = [
  { name: 'orders-svc-1', profile: javaClient39('orders-svc'), run: (context) => run(context, 'lz4') },
  { name: 'orders-svc-2', profile: javaClient43('orders-svc'), run: (context) => run(context, 'zstd') },
];

async function run({ client, random, pace }: ActorContext, codec: Codec): Promise<void> {
  const producer = new BatchProducer(client, { acks: -1, idempotent: true });
  while (!pace.stopped) {
    const partitions = (await client.topic(topicName)).partitions.size;
    // Half of the orders go to one partition: keys are skewed in real life too.
    const partition = random.next() < 0.5 ? 3 % partitions : random.between(0, partitions - 1);
    const count = random.between(1, 20);
    const records = Array.from({ length: count }, () => orderRecord(random, Date.now()));
    await producer.send(topicName, partition, count === 1 ? 'none' : codec, records);
    await pace.pause(pauseMs);
  }
}
