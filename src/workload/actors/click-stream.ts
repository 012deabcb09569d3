// flink-7: many small alike records to clicks.raw, snappy and gzip; above its quota, so it is throttled now and then.
import type { Actor, ActorContext } from '../actor.ts';
import { BatchProducer } from '../batch-producer.ts';
import { librdkafkaClient } from '../client-profile.ts';
import { clickRecord } from '../order-records.ts';

const topicName = 'clicks.raw';
const pauseMs = 14;
const quietMs = 1_500;

export const clickStream: Actor = { name: 'flink-7', profile: librdkafkaClient('flink-7'), run };

async function run({ client, random, pace }: ActorContext): Promise<void> {
  const producer = new BatchProducer(client, { acks: 1, idempotent: false });
  while (!pace.stopped) {
    const partitions = (await client.topic(topicName)).partitions.size;
    for (let burst = random.between(10, 60); burst > 0 && !pace.stopped; burst -= 1) {
      const records = Array.from({ length: random.between(30, 120) }, () => clickRecord(random, Date.now()));
      const codec = random.next() < 0.7 ? 'snappy' : 'gzip';
      await producer.send(topicName, random.between(0, partitions - 1), codec, records);
      await pace.pause(pauseMs);
    }
    await pace.pause(quietMs);
  }
}
