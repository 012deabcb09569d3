import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { runCommand } from '../process.ts';
import { type Codec, contentSha256, type DriverReport, type Scenario, type ScenarioRecord } from '../scenario.ts';
import { startKcatConsumer } from './kcat-consumer.ts';
import { type KcatMessage, keyDelimiter, toRecord } from './kcat-records.ts';
import { printReport, readOrder, SeenRecords, stepTimeoutMs, waitUntil } from './order.ts';

const order: Scenario = readOrder();

function connection(role: string): string[] {
  return ['-b', order.bootstrap, '-X', `client.id=${order.clientId}-${role}`];
}

async function kcat(kcatArguments: readonly string[], input = ''): Promise<string> {
  const result = await runCommand('kcat', kcatArguments, { timeoutMs: stepTimeoutMs, input });
  if (result.code !== 0) {
    throw new Error(`kcat ${kcatArguments.join(' ')} ended with ${result.code}: ${result.stderr.slice(-500)}`);
  }
  return result.stdout;
}

interface KcatMetadata {
  readonly brokers: readonly { readonly id: number; readonly name: string }[];
  readonly topics: readonly { readonly topic: string; readonly partitions: readonly { readonly leader: number }[] }[];
}

async function readMetadata(): Promise<KcatMetadata> {
  return JSON.parse(await kcat([...connection('metadata'), '-L', '-J'])) as KcatMetadata;
}

async function send(
  topic: string,
  codec: Codec,
  records: readonly ScenarioRecord[],
  extra: readonly string[],
): Promise<number> {
  const headers = (records[0]?.headers ?? []).flatMap(([name, value]) => ['-H', `${name}=${value}`]);
  const lines = records.map((record) => `${record.key}${keyDelimiter}${record.value ?? ''}\n`).join('');
  const how = ['-P', '-t', topic, '-K', keyDelimiter, '-Z', '-z', codec, ...headers, ...extra];
  await kcat([...connection('producer'), ...how], lines);
  return records.length;
}

async function readAll(topic: string): Promise<ScenarioRecord[]> {
  const how = ['-C', '-t', topic, '-o', 'beginning', '-e', '-q', '-J', '-X', 'isolation.level=read_committed'];
  const lines = (await kcat([...connection('consumer'), ...how])).split('\n').filter((line) => line !== '');
  return lines.map((line) => toRecord(JSON.parse(line) as KcatMessage));
}

interface Member {
  readonly process: ChildProcess;
  readonly hasPartitions: () => boolean;
}

function joinGroup(number: number, groupId: string, seen: SeenRecords): Member {
  const settings = ['auto.offset.reset=earliest', 'heartbeat.interval.ms=300', 'session.timeout.ms=10000'];
  const group = { id: groupId, topic: order.topic };
  const { process, log } = startKcatConsumer(connection(`classic-member-${number}`), settings, group, seen);
  return {
    process,
    // kcat prints one line a rebalance; the last one counts.
    hasPartitions: () => /assigned: .*\[\d+\]/.test(log().split('rebalanced').at(-1) ?? ''),
  };
}

async function consumeAsGroup(groupId: string, expected: number): Promise<DriverReport['groups'][number]> {
  const seen = new SeenRecords();
  const members = [0, 1].map((number) => joinGroup(number, groupId, seen));
  await waitUntil(
    `two members of ${groupId} reading ${expected} records`,
    () => members.every((member) => member.hasPartitions()) && seen.size >= expected,
  );
  for (const member of members) {
    const ended = once(member.process, 'exit');
    member.process.kill('SIGINT');
    await ended;
  }
  return {
    protocol: 'classic',
    members: members.length,
    read: seen.size,
    contentSha256: contentSha256(seen.list()),
  };
}

// kcat cannot create topics, so the runner made them; what it can ask is metadata and offsets by time.
let metadata = await readMetadata();
const topics = [order.topic, order.transactionTopic];
await waitUntil('leaders for the new topics', async () => {
  metadata = await readMetadata();
  const found = metadata.topics.filter((topic) => topics.includes(topic.topic));
  return found.length === topics.length && found.every((topic) => topic.partitions.every((each) => each.leader >= 0));
});
let written = 0;
for (const [index, batch] of order.batches.entries()) {
  const promise = order.unacknowledged && index === 0 ? 'acks=0' : 'enable.idempotence=true';
  written += await send(order.topic, batch.codec, batch.records, ['-X', promise]);
}
const offsets = await kcat([...connection('offsets'), '-Q', '-t', `${order.topic}:0:-1`]);
const read = await readAll(order.topic);
const transactional = ['-X', `transactional.id=${order.transactionalId}`];
const transactionWritten = await send(order.transactionTopic, 'none', order.committed, transactional);
const committed = await readAll(order.transactionTopic);
const groups: DriverReport['groups'][number][] = [];
for (const group of order.groups) {
  groups.push(await consumeAsGroup(group.groupId, written));
}
printReport({
  client: order.client,
  brokers: metadata.brokers.map((broker) => broker.name),
  written,
  read: read.length,
  contentSha256: contentSha256(read),
  transaction: {
    written: transactionWritten,
    committedRead: committed.length,
    contentSha256: contentSha256(committed),
  },
  groups,
  admin: {
    topics: topics.length,
    partitions: metadata.topics.find((topic) => topic.topic === order.topic)?.partitions.length ?? 0,
    offsetsAnswered: /offset \d+/.test(offsets) ? 1 : 0,
  },
});
