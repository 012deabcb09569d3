import type { Identity } from './identity.ts';
import { partitionsPerTopicMax, topicsMax } from './limits.ts';
import { PartitionLog } from './partition-log.ts';

/** One partition: who leads it, and its log. `waiting` are Fetches parked until something is appended. */
export interface Partition {
  readonly index: number;
  leaderId: number;
  leaderEpoch: number;
  readonly replicaIds: readonly number[];
  readonly log: PartitionLog;
  readonly waiting: Set<() => void>;
}

export interface Topic {
  readonly name: string;
  readonly id: string;
  readonly partitions: Partition[];
  readonly configs: Map<string, string>;
}

/** Topic names Kafka allows: 1–249 of letters, digits, dot, underscore and dash, and neither `.` nor `..`. */
export function isTopicName(name: string): boolean {
  return name.length <= 249 && /^[a-zA-Z0-9._-]+$/.test(name) && name !== '.' && name !== '..';
}

/** The cluster's topics by name and by id; leaders are laid out round robin over the brokers. */
export class TopicRegistry {
  readonly #byName = new Map<string, Topic>();
  readonly #byId = new Map<string, Topic>();
  readonly #identity: Identity;
  readonly #nodeIds: readonly number[];

  constructor(identity: Identity, nodeIds: readonly number[]) {
    this.#identity = identity;
    this.#nodeIds = nodeIds;
  }

  get full(): boolean {
    return this.#byName.size >= topicsMax;
  }

  /** All topics in order of creation. */
  all(): Iterable<Topic> {
    return this.#byName.values();
  }

  byName(name: string): Topic | null {
    return this.#byName.get(name) ?? null;
  }

  byId(id: string): Topic | null {
    return this.#byId.get(id) ?? null;
  }

  /** The partition, or null when the topic or the index does not exist. */
  partition(topicName: string, index: number): Partition | null {
    return this.#byName.get(topicName)?.partitions[index] ?? null;
  }

  /** Creates a topic; the caller has checked its name, its count and that it is new. */
  create(name: string, partitionCount: number, replicationFactor: number): Topic {
    const topic: Topic = { name, id: this.#identity.nextUuid('topic'), partitions: [], configs: new Map() };
    this.#byName.set(name, topic);
    this.#byId.set(topic.id, topic);
    this.grow(topic, partitionCount, replicationFactor);
    return topic;
  }

  /** Adds partitions until there are `partitionCount` (never beyond `partitionsPerTopicMax`). */
  grow(topic: Topic, partitionCount: number, replicationFactor = topic.partitions[0]?.replicaIds.length ?? 1): void {
    const count = Math.min(partitionCount, partitionsPerTopicMax);
    for (let index = topic.partitions.length; index < count; index += 1) {
      const replicaIds = this.#replicas(index, replicationFactor);
      const leaderId = replicaIds[0] ?? this.#nodeIds[0] ?? 1;
      topic.partitions.push({
        index,
        leaderId,
        leaderEpoch: 0,
        replicaIds,
        log: new PartitionLog(),
        waiting: new Set(),
      });
    }
  }

  /** Removes a topic with its logs; Fetches parked on it wake and see that it is gone. */
  delete(topic: Topic): void {
    this.#byName.delete(topic.name);
    this.#byId.delete(topic.id);
    for (const partition of topic.partitions) wake(partition);
  }

  #replicas(index: number, replicationFactor: number): readonly number[] {
    const count = this.#nodeIds.length;
    return Array.from({ length: Math.min(replicationFactor, count) }, (_, replica) => {
      return this.#nodeIds[(index + replica) % count] ?? 1;
    });
  }
}

/** Lets every Fetch parked on the partition look again. */
export function wake(partition: Partition): void {
  for (const look of [...partition.waiting]) look();
}
