import { Admin, type ClusterMetadata, Consumer, type MessagesStream, Producer } from '@platformatic/kafka';
import { contentSha256, type DriverReport, type Scenario, type ScenarioRecord } from '../scenario.ts';
import { printReport, readOrder, SeenRecords, waitUntil } from './order.ts';
import { toMessage, toRecord } from './platformatic-records.ts';

type BytesConsumer = Consumer<Buffer, Buffer, Buffer, Buffer>;

const order: Scenario = readOrder();
const topicConfigResource = 2;

function optionsFor(role: string): { clientId: string; bootstrapBrokers: string[] } {
  return { clientId: `${order.clientId}-${role}`, bootstrapBrokers: order.bootstrap.split(',') };
}

function haveLeaders(metadata: ClusterMetadata, names: readonly string[]): boolean {
  return names.every((name) => {
    const topic = metadata.topics.get(name);
    return topic?.partitions.every((partition) => partition.leader >= 0) === true;
  });
}

async function administer(admin: Admin): Promise<{ brokers: string[]; facts: Record<string, number> }> {
  const names = [order.topic, order.transactionTopic, order.scratchTopic];
  await admin.createTopics({ topics: names, partitions: order.partitions, replicas: order.replicationFactor });
  // Right after creation a broker may not have heard of the topic, which this call reports by throwing.
  const readMetadata = (): Promise<ClusterMetadata | null> =>
    admin.metadata({ topics: names, forceUpdate: true }).catch(() => null);
  let metadata = await readMetadata();
  await waitUntil('leaders for the new topics', async () => {
    metadata = await readMetadata();
    return metadata !== null && haveLeaders(metadata, names);
  });
  const listed = await admin.listTopics();
  const configs = await admin.describeConfigs({
    resources: [{ resourceType: topicConfigResource, resourceName: order.topic }],
  });
  await admin.deleteTopics({ topics: [order.scratchTopic] });
  return {
    brokers: [...(metadata?.brokers.values() ?? [])].map((broker) => `${broker.host}:${broker.port}`),
    facts: {
      topics: listed.filter((name) => names.includes(name)).length,
      partitions: metadata?.topics.get(order.topic)?.partitionsCount ?? 0,
      configsAtLeast20: (configs[0]?.configs.length ?? 0) >= 20 ? 1 : 0,
      deleted: 1,
    },
  };
}

async function produce(): Promise<number> {
  const producer = new Producer({ ...optionsFor('producer'), idempotent: true });
  let written = 0;
  for (const batch of order.batches) {
    const messages = batch.records.map((record) => toMessage(order.topic, record));
    await producer.send({ compression: batch.codec, messages });
    written += messages.length;
  }
  await producer.close();
  return written;
}

async function produceTransactions(): Promise<number> {
  const producer = new Producer({
    ...optionsFor('transactions'),
    idempotent: true,
    transactionalId: order.transactionalId,
  });
  const committed = await producer.beginTransaction();
  await committed.send({ messages: order.committed.map((record) => toMessage(order.transactionTopic, record)) });
  await committed.commit();
  const aborted = await producer.beginTransaction();
  await aborted.send({ messages: order.aborted.map((record) => toMessage(order.transactionTopic, record)) });
  await aborted.abort();
  await producer.close();
  return order.committed.length + order.aborted.length;
}

interface Member {
  readonly consumer: BytesConsumer;
  readonly stream: MessagesStream<Buffer, Buffer, Buffer, Buffer>;
}

async function joinGroup(
  role: string,
  groupId: string,
  topic: string,
  protocol: string,
  seen: SeenRecords,
): Promise<Member> {
  const common = { ...optionsFor(role), groupId, maxWaitTime: 100, autocommit: false, isolationLevel: 1 } as const;
  const consumer: BytesConsumer =
    protocol === 'consumer'
      ? new Consumer({ ...common, groupProtocol: 'consumer' })
      : new Consumer({ ...common, sessionTimeout: 10_000, heartbeatInterval: 300 });
  const stream = await consumer.consume({ topics: [topic], mode: 'earliest' });
  stream.on('data', (message) => seen.add(message.partition, message.offset, toRecord(message)));
  return { consumer, stream };
}

async function leave(member: Member): Promise<void> {
  await member.stream.close();
  await member.consumer.close(true);
}

/** A plain read is a group of one here too: consume() always joins. */
async function readAll(topic: string, expected: number): Promise<ScenarioRecord[]> {
  const seen = new SeenRecords();
  const member = await joinGroup('consumer', `${topic}-reader`, topic, 'classic', seen);
  await waitUntil(`reading ${expected} records of ${topic}`, () => seen.size >= expected);
  await leave(member);
  return seen.list();
}

function partitionsOf(member: Member): number {
  return (member.consumer.assignments ?? []).reduce((sum, assignment) => sum + assignment.partitions.length, 0);
}

async function consumeAsGroup(
  admin: Admin,
  protocol: string,
  groupId: string,
  expected: number,
): Promise<DriverReport['groups'][number]> {
  const seen = new SeenRecords();
  const members: Member[] = [];
  for (const number of [0, 1]) {
    members.push(await joinGroup(`${protocol}-member-${number}`, groupId, order.topic, protocol, seen));
  }
  await waitUntil(
    `two members of ${groupId} reading ${expected} records`,
    () => members.every((member) => partitionsOf(member) > 0) && seen.size >= expected,
  );
  const membersWithPartitions = members.filter((member) => partitionsOf(member) > 0).length;
  for (const member of members) {
    await leave(member);
  }
  await admin.listGroups();
  await admin.deleteGroups({ groups: [groupId] });
  return {
    protocol,
    members: membersWithPartitions,
    read: seen.size,
    contentSha256: contentSha256(seen.list()),
  };
}

const admin = new Admin(optionsFor('admin'));
const { brokers, facts } = await administer(admin);
const written = await produce();
const read = await readAll(order.topic, written);
const transactionWritten = await produceTransactions();
const committed = await readAll(order.transactionTopic, order.committed.length);
const groups: DriverReport['groups'][number][] = [];
for (const group of order.groups) {
  groups.push(await consumeAsGroup(admin, group.protocol, group.groupId, written));
}
await admin.close();
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
// The library leaves a timer or socket behind after every close() has resolved; all work is reported by now.
process.exit(0);
