/** A set of partitions by topic id, kept as `topicId/partition` keys so that set arithmetic is plain. */
export type TopicPartitionSet = ReadonlySet<string>;

/** Partitions of one topic, as heartbeats and descriptions carry them. */
export interface TopicPartitions {
  readonly topicId: string;
  readonly partitions: readonly number[];
}

export function topicPartitionKey(topicId: string, partition: number): string {
  return `${topicId}/${partition}`;
}

/** Groups the keys by topic, partitions ascending. */
export function toTopicPartitions(set: TopicPartitionSet): TopicPartitions[] {
  const byTopic = new Map<string, number[]>();
  for (const key of set) {
    const slash = key.lastIndexOf('/');
    const topicId = key.slice(0, slash);
    const partitions = byTopic.get(topicId) ?? [];
    partitions.push(Number(key.slice(slash + 1)));
    byTopic.set(topicId, partitions);
  }
  return [...byTopic].map(([topicId, partitions]) => ({ topicId, partitions: partitions.sort((a, b) => a - b) }));
}

export function fromTopicPartitions(topics: readonly TopicPartitions[]): Set<string> {
  const set = new Set<string>();
  for (const topic of topics)
    for (const partition of topic.partitions) set.add(topicPartitionKey(topic.topicId, partition));
  return set;
}
