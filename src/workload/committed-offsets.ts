import type { Struct } from '../protocol/message.ts';
import { intField, longField, structsField } from '../protocol/struct-fields.ts';
import { ApiKey } from './client-profile.ts';
import type { ClusterClient } from './cluster-client.ts';
import type { PartitionReader, Position } from './partition-reader.ts';

/** Who commits: a member, or nobody in particular (generation −1). */
export interface Committer {
  readonly groupId: string;
  readonly memberId: string;
  readonly generationIdOrMemberEpoch: number;
}

/** Error codes that tell a member to join again instead of failing. */
const rejoinErrors: ReadonlySet<number> = new Set([22, 25, 27, 113]);

/** Positions for partitions: where the group committed last, else the first offset there is. */
export async function committedPositions(
  client: ClusterClient,
  reader: PartitionReader,
  committer: Committer,
  wanted: readonly { readonly topicName: string; readonly partition: number }[],
): Promise<Position[]> {
  const several = await speaksSeveralGroups(client, committer.groupId);
  const topics = await byTopic(client, wanted, (partitions) => ({
    partitionIndexes: partitions.map(({ partition }) => partition),
  }));
  const member = { memberId: committer.memberId, memberEpoch: committer.generationIdOrMemberEpoch };
  const body = several
    ? { groups: [{ groupId: committer.groupId, ...member, topics }], requireStable: true }
    : { groupId: committer.groupId, topics, requireStable: true };
  const answer = await client.coordinated(committer.groupId, 0, ApiKey.offsetFetch, body, (whole) =>
    intField(groupOf(whole, several), 'errorCode', 0),
  );
  const positions: Position[] = [];
  const answered = structsField(groupOf(answer, several), 'topics');
  for (const [index, topic] of [...new Set(wanted.map(({ topicName }) => topicName))].entries()) {
    for (const found of structsField(answered[index] ?? {}, 'partitions')) {
      const partition = intField(found, 'partitionIndex', 0);
      const offset = longField(found, 'committedOffset', -1n);
      const start = offset >= 0n ? offset : await reader.earliest({ topicName: topic, partition });
      positions.push({ topicName: topic, partition, offset: start });
    }
  }
  return positions;
}

/** Commits all positions; false when the group wants the member to join again. */
export async function commitPositions(
  client: ClusterClient,
  committer: Committer,
  positions: readonly Position[],
): Promise<boolean> {
  if (positions.length === 0) return true;
  const topics = await byTopic(client, positions, (partitions) => ({
    partitions: partitions.map(({ partition, offset }) => ({
      partitionIndex: partition,
      committedOffset: offset,
      committedMetadata: '',
    })),
  }));
  const body = { ...committer, topics };
  const answer = await client.coordinated(committer.groupId, 0, ApiKey.offsetCommit, body, firstError);
  return !rejoinErrors.has(firstError(answer));
}

function groupOf(answer: Struct, several: boolean): Struct {
  return several ? (structsField(answer, 'groups')[0] ?? {}) : answer;
}

async function speaksSeveralGroups(client: ClusterClient, groupId: string): Promise<boolean> {
  const connection = await client.connection(await client.coordinator(groupId, 0), 'coordinator');
  return connection.version(ApiKey.offsetFetch) >= 8;
}

function firstError(answer: Struct): number {
  for (const topic of structsField(answer, 'topics')) {
    for (const partition of structsField(topic, 'partitions')) {
      const errorCode = intField(partition, 'errorCode', 0);
      if (errorCode !== 0) return errorCode;
    }
  }
  return 0;
}

async function byTopic<Item extends { readonly topicName: string }>(
  client: ClusterClient,
  items: readonly Item[],
  toBody: (items: readonly Item[]) => Struct,
): Promise<Struct[]> {
  const topics: Struct[] = [];
  for (const name of new Set(items.map(({ topicName }) => topicName))) {
    const topicId = (await client.topic(name)).id;
    topics.push({ name, topicId, ...toBody(items.filter(({ topicName }) => topicName === name)) });
  }
  return topics;
}
