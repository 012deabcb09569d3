import { randomUUID } from 'node:crypto';
import { Admin, Consumer, type Message, MessagesStreamModes, Producer, stringDeserializers } from '@platformatic/kafka';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoCluster, startDemoCluster } from '../../../src/broker/cluster.ts';
import { contentHash, type SeenRecord, sampleRecords } from './content-hash.ts';
import { eventually } from './eventually.ts';

let cluster: DemoCluster;
let bootstrapBrokers: string[];

beforeAll(async () => {
  cluster = await startDemoCluster({
    brokers: 3,
    seed: 11,
    host: '127.0.0.1',
    topics: [
      { name: 'codecs', partitions: 3 },
      { name: 'shared-classic', partitions: 4 },
      { name: 'shared-consumer', partitions: 4 },
      { name: 'transactional', partitions: 2 },
    ],
    incidents: false,
    consumerHeartbeatIntervalMs: 100,
  });
  bootstrapBrokers = cluster.bootstrap.map(({ host, port }) => `${host}:${port}`);
});

afterAll(async () => {
  await cluster.close();
  expect(cluster.failures()).toEqual([]);
});

function newProducer(transactionalId?: string): Producer {
  return new Producer({
    clientId: 'platformatic-test',
    bootstrapBrokers,
    ...(transactionalId === undefined ? {} : { transactionalId, idempotent: true }),
  });
}

function toMessages(topic: string, records: readonly { key: Buffer | null; value: Buffer }[]) {
  return records.map(({ key, value }) => ({ topic, ...(key === null ? {} : { key }), value }));
}

function toSeen(message: Message<Buffer, Buffer, Buffer, Buffer>): SeenRecord {
  return { key: message.key === undefined ? null : message.key, value: message.value };
}

interface RunningConsumer {
  readonly consumer: Consumer;
  readonly seen: SeenRecord[];
  stop(): Promise<void>;
}

async function start(topic: string, groupId: string, groupProtocol: 'classic' | 'consumer'): Promise<RunningConsumer> {
  const consumer = new Consumer({
    clientId: 'platformatic-test',
    bootstrapBrokers,
    groupId,
    groupProtocol,
    sessionTimeout: 10_000,
    heartbeatInterval: 200,
    maxWaitTime: 100,
  });
  const seen: SeenRecord[] = [];
  const stream = await consumer.consume({ topics: [topic], mode: MessagesStreamModes.EARLIEST, autocommit: true });
  stream.on('data', (message: Message<Buffer, Buffer, Buffer, Buffer>) => seen.push(toSeen(message)));
  return {
    consumer,
    seen,
    stop: async () => {
      await stream.close();
      await consumer.close();
    },
  };
}

describe('@platformatic/kafka against the embedded cluster', () => {
  it('reads back what it wrote with every codec', async () => {
    const producer = newProducer();
    const all: SeenRecord[] = [];
    for (const compression of ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const) {
      const records = sampleRecords(compression, 100);
      all.push(...records);
      await producer.send({ messages: toMessages('codecs', records), compression, acks: -1 });
    }
    await producer.close();
    const reader = await start('codecs', `codecs-${randomUUID()}`, 'classic');
    await eventually(() => reader.seen.length >= all.length);
    await reader.stop();
    expect(contentHash(reader.seen)).toBe(contentHash(all));
    expect([...cluster.counters.producedByCodec.keys()].sort()).toEqual([0, 1, 2, 3, 4]);
  });

  for (const groupProtocol of ['classic', 'consumer'] as const) {
    it(`shares a topic within a group of the ${groupProtocol} protocol`, async () => {
      const topic = `shared-${groupProtocol}`;
      const groupId = `group-${groupProtocol}`;
      const producer = newProducer();
      const records = sampleRecords(groupProtocol, 200);
      const first = await start(topic, groupId, groupProtocol);
      const second = await start(topic, groupId, groupProtocol);
      const count = (running: RunningConsumer) =>
        (running.consumer.assignments ?? []).reduce((sum, { partitions }) => sum + partitions.length, 0);
      await eventually(() => count(first) === 2 && count(second) === 2);
      await producer.send({ messages: toMessages(topic, records), acks: -1 });
      await eventually(() => first.seen.length + second.seen.length >= records.length);
      expect(contentHash([...first.seen, ...second.seen])).toBe(contentHash(records));
      await second.stop();
      await eventually(() => count(first) === 4);
      await first.stop();
      await producer.close();
    });
  }

  it('commits a transaction and aborts another', async () => {
    const producer = newProducer('platformatic-tx');
    const kept = sampleRecords('kept', 40);
    const committed = await producer.beginTransaction();
    await committed.send({ messages: toMessages('transactional', kept) });
    await committed.commit();
    const aborted = await producer.beginTransaction();
    await aborted.send({ messages: toMessages('transactional', sampleRecords('lost', 40)) });
    await aborted.abort();
    await producer.close();
    expect(cluster.counters.transactionsCommitted).toBe(1);
    expect(cluster.counters.transactionsAborted).toBe(1);
    const reader = await start('transactional', 'transactional-readers', 'classic');
    await eventually(() => reader.seen.length >= 40);
    await reader.stop();
    expect(contentHash(reader.seen)).toBe(contentHash(kept));
  });

  it('administers topics, settings and groups', async () => {
    const admin = new Admin({ clientId: 'platformatic-test', bootstrapBrokers });
    const [made] = await admin.createTopics({ topics: ['made'], partitions: 2, replicas: 3 });
    expect(made).toMatchObject({ name: 'made', partitions: 2, replicas: 3 });
    expect(await admin.listTopics()).toContain('made');
    await expect(admin.createTopics({ topics: ['made'], partitions: 2, replicas: 3 })).rejects.toThrow();
    await admin.createPartitions({ topics: [{ name: 'made', count: 5, assignments: null }], validateOnly: false });
    const metadata = await admin.metadata({ topics: ['made'] });
    expect(metadata.topics.get('made')?.partitionsCount).toBe(5);
    const [described] = await admin.describeConfigs({
      resources: [{ resourceType: 2, resourceName: 'made', configurationKeys: ['cleanup.policy'] }],
      includeSynonyms: true,
      includeDocumentation: false,
    });
    expect(described?.configs.map(({ name, value }) => [name, value])).toEqual([['cleanup.policy', 'delete']]);
    const groups = await admin.listGroups({ types: ['classic', 'consumer'] });
    expect(groups.get('group-classic')?.groupType).toBe('classic');
    expect(groups.get('group-consumer')?.groupType).toBe('consumer');
    await admin.deleteGroups({ groups: ['group-classic', 'group-consumer'] });
    await admin.deleteTopics({ topics: ['made'] });
    expect(await admin.listTopics()).not.toContain('made');
    await admin.close();
  });

  it('is understood through string deserializers too', async () => {
    const consumer = new Consumer({
      clientId: 'platformatic-test',
      bootstrapBrokers,
      groupId: 'strings',
      deserializers: stringDeserializers,
      maxWaitTime: 100,
    });
    const stream = await consumer.consume({ topics: ['codecs'], mode: MessagesStreamModes.EARLIEST });
    const values: string[] = [];
    stream.on('data', (message) => values.push(message.value));
    await eventually(() => values.length >= 500);
    await stream.close();
    await consumer.close();
    expect(values.filter((value) => value.startsWith('zstd value'))).toHaveLength(90);
  });
});
