import { type Admin, type Consumer, Kafka, logLevel, type Producer } from 'kafkajs';
import { contentSha256, type DriverReport, type Scenario, type ScenarioRecord } from '../scenario.ts';
import { compressionOf, toMessage, toRecord } from './kafkajs-records.ts';
import { printReport, readOrder, SeenRecords, waitUntil } from './order.ts';

const order: Scenario = readOrder();

function connectAs(role: string): Kafka {
  return new Kafka({
    clientId: `${order.clientId}-${role}`,
    brokers: order.bootstrap.split(','),
    logLevel: logLevel.NOTHING,
  });
}

/** kafkajs waits for leaders by itself too, but gives up when a broker has not heard of the topic yet. */
async function haveLeaders(admin: Admin, names: string[]): Promise<boolean> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: names });
    return topics.every((topic) => topic.partitions.every((partition) => partition.leader >= 0));
  } catch {
    return false;
  }
}

async function administer(admin: Admin): Promise<{ brokers: string[]; facts: Record<string, number> }> {
  const names = [order.topic, order.transactionTopic, order.scratchTopic];
  await admin.createTopics({
    waitForLeaders: false,
    topics: names.map((topic) => ({
      topic,
      numPartitions: order.partitions,
      replicationFactor: order.replicationFactor,
    })),
  });
  await waitUntil('leaders for the new topics', () => haveLeaders(admin, names));
  const cluster = await admin.describeCluster();
  const listed = await admin.listTopics();
  const metadata = await admin.fetchTopicMetadata({ topics: [order.topic] });
  const configs = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: 2, name: order.topic }],
  });
  await admin.deleteTopics({ topics: [order.scratchTopic] });
  return {
    brokers: cluster.brokers.map((broker) => `${broker.host}:${broker.port}`),
    facts: {
      topics: listed.filter((name) => names.includes(name)).length,
      partitions: metadata.topics[0]?.partitions.length ?? 0,
      configsAtLeast20: (configs.resources[0]?.configEntries.length ?? 0) >= 20 ? 1 : 0,
      deleted: 1,
    },
  };
}

async function produce(): Promise<number> {
  const producer: Producer = connectAs('producer').producer({ idempotent: true });
  await producer.connect();
  let written = 0;
  for (const batch of order.batches) {
    await producer.send({
      topic: order.topic,
      compression: compressionOf[batch.codec],
      messages: batch.records.map(toMessage),
    });
    written += batch.records.length;
  }
  await producer.disconnect();
  return written;
}

async function produceTransactions(): Promise<number> {
  const producer = connectAs('transactions').producer({
    transactionalId: order.transactionalId,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  const committed = await producer.transaction();
  await committed.send({ topic: order.transactionTopic, messages: order.committed.map(toMessage) });
  await committed.sendOffsets({
    consumerGroupId: `${order.transactionalId}-offsets`,
    topics: [{ topic: order.transactionTopic, partitions: [{ partition: 0, offset: '1' }] }],
  });
  await committed.commit();
  const aborted = await producer.transaction();
  await aborted.send({ topic: order.transactionTopic, messages: order.aborted.map(toMessage) });
  await aborted.abort();
  await producer.disconnect();
  return order.committed.length + order.aborted.length;
}

interface Member {
  readonly consumer: Consumer;
  readonly partitions: () => number;
}

async function joinGroup(role: string, groupId: string, topic: string, seen: SeenRecords): Promise<Member> {
  const consumer = connectAs(role).consumer({
    groupId,
    sessionTimeout: 10_000,
    heartbeatInterval: 300,
    maxWaitTimeInMs: 100,
  });
  let partitions = 0;
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    partitions = payload.memberAssignment[topic]?.length ?? 0;
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ partition, message }) => seen.add(partition, message.offset, toRecord(message)),
  });
  return { consumer, partitions: () => partitions };
}

/** kafkajs has no consumer without a group, so a plain read is a group of one. */
async function readAll(topic: string, expected: number): Promise<ScenarioRecord[]> {
  const seen = new SeenRecords();
  const member = await joinGroup('consumer', `${topic}-reader`, topic, seen);
  await waitUntil(`reading ${expected} records of ${topic}`, () => seen.size >= expected);
  await member.consumer.disconnect();
  return seen.list();
}

async function consumeAsGroup(
  admin: Admin,
  groupId: string,
  expected: number,
): Promise<DriverReport['groups'][number]> {
  const seen = new SeenRecords();
  const members = await Promise.all(
    [0, 1].map((number) => joinGroup(`classic-member-${number}`, groupId, order.topic, seen)),
  );
  await waitUntil(
    `two members of ${groupId} reading ${expected} records`,
    () => members.every((member) => member.partitions() > 0) && seen.size >= expected,
  );
  const described = await admin.describeGroups([groupId]);
  await Promise.all(members.map((member) => member.consumer.disconnect()));
  await admin.fetchOffsets({ groupId, topics: [order.topic] });
  await admin.listGroups();
  await admin.deleteGroups([groupId]);
  return {
    protocol: 'classic',
    members: described.groups[0]?.members.length ?? 0,
    read: seen.size,
    contentSha256: contentSha256(seen.list()),
  };
}

const admin = connectAs('admin').admin();
await admin.connect();
const { brokers, facts } = await administer(admin);
const written = await produce();
const read = await readAll(order.topic, written);
const transactionWritten = await produceTransactions();
const committed = await readAll(order.transactionTopic, order.committed.length);
const groups: DriverReport['groups'][number][] = [];
for (const group of order.groups) {
  groups.push(await consumeAsGroup(admin, group.groupId, written));
}
await admin.disconnect();
printReport({
  client: order.client,
  brokers,
  written,
  read: read.length,
  contentSha256: contentSha256(read),
  transaction: {
    written: transactionWritten,
    committedRead: committed.length,
    contentSha256: contentSha256(committed),
  },
  groups,
  admin: facts,
});
