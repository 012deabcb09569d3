import { type TopicPartitionSet, topicPartitionKey } from './topic-partition-set.ts';

/** A member as an assignor sees it. */
export interface AssignableMember {
  readonly id: string;
  readonly topicIds: ReadonlySet<string>;
  readonly target: TopicPartitionSet;
}

/** A topic as an assignor sees it. */
export interface AssignableTopic {
  readonly id: string;
  readonly partitionCount: number;
}

type Assignor = (
  members: readonly AssignableMember[],
  topics: readonly AssignableTopic[],
) => ReadonlyMap<string, Set<string>>;

/** The server-side assignors of KIP-848 by name, the default one first. */
export const serverAssignors: ReadonlyMap<string, Assignor> = new Map([
  ['uniform', assignUniform],
  ['range', assignRange],
]);

/** Spreads partitions evenly and leaves each with its present owner as far as evenness allows. */
function assignUniform(
  members: readonly AssignableMember[],
  topics: readonly AssignableTopic[],
): ReadonlyMap<string, Set<string>> {
  const targets = emptyTargets(members);
  const open: { key: string; topicId: string }[] = [];
  let total = 0;
  for (const topic of topics) total += members.some((m) => m.topicIds.has(topic.id)) ? topic.partitionCount : 0;
  const fairShare = Math.ceil(total / Math.max(1, members.length));
  for (const topic of topics) {
    for (let partition = 0; partition < topic.partitionCount; partition += 1) {
      const key = topicPartitionKey(topic.id, partition);
      const owner = members.find((member) => member.target.has(key) && member.topicIds.has(topic.id));
      const target = owner === undefined ? undefined : targets.get(owner.id);
      if (target !== undefined && target.size < fairShare) target.add(key);
      else open.push({ key, topicId: topic.id });
    }
  }
  for (const { key, topicId } of open) {
    let least: Set<string> | undefined;
    for (const member of members) {
      const target = targets.get(member.id);
      if (!member.topicIds.has(topicId) || target === undefined) continue;
      if (least === undefined || target.size < least.size) least = target;
    }
    least?.add(key);
  }
  return targets;
}

/** Gives each topic's partitions to its subscribers as contiguous ranges. */
function assignRange(
  members: readonly AssignableMember[],
  topics: readonly AssignableTopic[],
): ReadonlyMap<string, Set<string>> {
  const targets = emptyTargets(members);
  for (const topic of topics) {
    const subscribers = members.filter((member) => member.topicIds.has(topic.id));
    subscribers.forEach((member, index) => {
      const from = Math.floor((index * topic.partitionCount) / subscribers.length);
      const to = Math.floor(((index + 1) * topic.partitionCount) / subscribers.length);
      for (let partition = from; partition < to; partition += 1) {
        targets.get(member.id)?.add(topicPartitionKey(topic.id, partition));
      }
    });
  }
  return targets;
}

function emptyTargets(members: readonly AssignableMember[]): Map<string, Set<string>> {
  return new Map(members.map((member) => [member.id, new Set<string>()]));
}
