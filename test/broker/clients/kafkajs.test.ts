import { CompressionTypes, type Consumer, Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoCluster, startDemoCluster } from '../../../src/broker/cluster.ts';
import { contentHash, type SeenRecord, sampleRecords } from './content-hash.ts';
import { eventually } from './eventually.ts';

let cluster: DemoCluster;
let kafka: Kafka;

beforeAll(async () => {
  cluster = await startDemoCluster({ brokers: 3, seed: 7, host: '127.0.0.1', topics: [], incidents: false });
  kafka = new Kafka({
    clientId: 'kafkajs-test',
    brokers: cluster.bootstrap.map(({ host, port }) => `${host}:${port}`),
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 50 },
  });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({
    topics: ['plain', 'idempotent', 'transactional', 'transactional-out', 'shared', 'moving'].map((topic) => ({
      topic,
      numPartitions: 3,
      replicationFactor: 3,
    })),
  });
  await admin.disconnect();
});

afterAll(async () => {
  await cluster.close();
  expect(cluster.failures()).toEqual([]);
});

/** Runs a group consumer until it has seen `count` records, then stops it. */
async function consume(topic: string, groupId: string, count: number): Promise<SeenRecord[]> {
  const seen: SeenRecord[] = [];
  const consumer = kafka.consumer({ groupId, sessionTimeout: 10_000, heartbeatInterval: 500, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      seen.push({ key: message.key, value: message.value });
    },
  });
  await eventually(() => seen.length >= count);
  await consumer.disconnect();
  return seen;
}

describe('kafkajs against the embedded cluster', () => {
  it('reads back what it wrote, plain and gzip', async () => {
    const producer = kafka.producer();
    await producer.connect();
    const plain = sampleRecords('plain', 300);
    const zipped = sampleRecords('zipped', 300);
    await producer.send({ topic: 'plain', messages: plain });
    await producer.send({ topic: 'plain', messages: zipped, compression: CompressionTypes.GZIP });
    await producer.disconnect();
    const seen = await consume('plain', 'readers', 600);
    expect(seen).toHaveLength(600);
    expect(contentHash(seen)).toBe(contentHash([...plain, ...zipped]));
  });

  it('produces idempotently across a leadership move', async () => {
    const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    const before = sampleRecords('before', 100);
    const after = sampleRecords('after', 100);
    await producer.send({ topic: 'idempotent', messages: before });
    for (const partition of [0, 1, 2]) cluster.moveLeader('idempotent', partition, ((partition + 1) % 3) + 1);
    await producer.send({ topic: 'idempotent', messages: after });
    await producer.disconnect();
    const seen = await consume('idempotent', 'idempotent-readers', 200);
    expect(contentHash(seen)).toBe(contentHash([...before, ...after]));
    expect(cluster.counters.errorsByCode.get(6)).toBeGreaterThan(0);
  });

  it('commits and aborts transactions; read_committed sees the committed only', async () => {
    const producer = kafka.producer({ idempotent: true, transactionalId: 'tx-1', maxInFlightRequests: 1 });
    await producer.connect();
    const kept = sampleRecords('kept', 60);
    const lost = sampleRecords('lost', 60);
    const alsoKept = sampleRecords('also-kept', 60);
    for (const [records, commit] of [
      [kept, true],
      [lost, false],
      [alsoKept, true],
    ] as const) {
      const transaction = await producer.transaction();
      await transaction.send({ topic: 'transactional', messages: records });
      await transaction.sendOffsets({
        consumerGroupId: 'tx-group',
        topics: [{ topic: 'transactional', partitions: [{ partition: 0, offset: commit ? '41' : '99' }] }],
      });
      if (commit) await transaction.commit();
      else await transaction.abort();
    }
    await producer.disconnect();
    const seen = await consume('transactional', 'tx-readers', 120);
    expect(contentHash(seen)).toBe(contentHash([...kept, ...alsoKept]));
    expect(cluster.counters.transactionsAborted).toBe(1);
    const admin = kafka.admin();
    await admin.connect();
    const offsets = await admin.fetchOffsets({ groupId: 'tx-group', topics: ['transactional'] });
    await admin.disconnect();
    expect(offsets[0]?.partitions.find(({ partition }) => partition === 0)?.offset).toBe('41');
  });

  it('shares a topic between two members and rebalances when one leaves', async () => {
    const producer = kafka.producer();
    await producer.connect();
    const assignments = new Map<string, number[]>();
    const seen: SeenRecord[] = [];
    const start = async (name: string): Promise<Consumer> => {
      const consumer = kafka.consumer({
        groupId: 'shared-group',
        sessionTimeout: 10_000,
        heartbeatInterval: 300,
        maxWaitTimeInMs: 100,
      });
      consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
        assignments.set(name, payload.memberAssignment.shared ?? []);
      });
      await consumer.connect();
      await consumer.subscribe({ topics: ['shared'], fromBeginning: true });
      await consumer.run({
        eachMessage: async ({ message }) => {
          seen.push({ key: message.key, value: message.value });
        },
      });
      return consumer;
    };
    const first = await start('first');
    await eventually(() => assignments.get('first')?.length === 3);
    const second = await start('second');
    await eventually(() => (assignments.get('second')?.length ?? 0) > 0 && assignments.get('first')?.length !== 3);
    const both = [...(assignments.get('first') ?? []), ...(assignments.get('second') ?? [])].sort();
    expect(both).toEqual([0, 1, 2]);
    const records = sampleRecords('shared', 200);
    await producer.send({ topic: 'shared', messages: records });
    await eventually(() => seen.length >= 200);
    await second.disconnect();
    await eventually(() => assignments.get('first')?.length === 3);
    await first.disconnect();
    await producer.disconnect();
    expect(contentHash(seen)).toBe(contentHash(records));
    expect(cluster.counters.errorsByCode.get(27)).toBeGreaterThan(0);
  });

  it('administers topics, offsets and groups', async () => {
    const admin = kafka.admin();
    await admin.connect();
    expect(await admin.createTopics({ topics: [{ topic: 'made', numPartitions: 2 }] })).toBe(true);
    expect(await admin.createTopics({ topics: [{ topic: 'made', numPartitions: 2 }] })).toBe(false);
    await admin.createPartitions({ topicPartitions: [{ topic: 'made', count: 4 }] });
    const described = await admin.fetchTopicMetadata({ topics: ['made'] });
    expect(described.topics[0]?.partitions.map(({ partitionId }) => partitionId).sort()).toEqual([0, 1, 2, 3]);
    const cluster_ = await admin.describeCluster();
    expect(cluster_.brokers.map(({ nodeId }) => nodeId).sort()).toEqual([1, 2, 3]);
    const producer = kafka.producer();
    await producer.connect();
    await producer.send({
      topic: 'made',
      messages: [
        { partition: 1, value: 'a' },
        { partition: 1, value: 'b' },
      ],
    });
    await producer.disconnect();
    const ends = await admin.fetchTopicOffsets('made');
    expect(ends.find(({ partition }) => partition === 1)).toMatchObject({ low: '0', high: '2' });
    await admin.deleteTopicRecords({ topic: 'made', partitions: [{ partition: 1, offset: '1' }] });
    const cut = await admin.fetchTopicOffsets('made');
    expect(cut.find(({ partition }) => partition === 1)).toMatchObject({ low: '1', high: '2' });
    const offsets = await admin.fetchOffsets({ groupId: 'readers', topics: ['plain'] });
    const committed = (offsets[0]?.partitions ?? []).reduce((sum, { offset }) => sum + Number(offset), 0);
    expect(committed).toBe(600);
    const groups = await admin.listGroups();
    expect(groups.groups.map(({ groupId }) => groupId)).toContain('readers');
    const group = await admin.describeGroups(['readers']);
    expect(group.groups[0]?.state).toBe('Empty');
    await admin.deleteGroups(['readers']);
    expect((await admin.listGroups()).groups.map(({ groupId }) => groupId)).not.toContain('readers');
    const configs = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: 2, name: 'made', configNames: ['cleanup.policy'] }],
    });
    expect(configs.resources[0]?.configEntries[0]?.configValue).toBe('delete');
    await admin.alterConfigs({
      validateOnly: false,
      resources: [{ type: 2, name: 'made', configEntries: [{ name: 'retention.ms', value: '60000' }] }],
    });
    await admin.deleteTopics({ topics: ['made'] });
    expect(await admin.listTopics()).not.toContain('made');
    await admin.disconnect();
  });
});
