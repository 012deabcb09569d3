import { topicsPerExchangeMax } from '../protocol/walk.ts';
import { partitionsPerSessionMax } from './limits.ts';
import type { PartitionList } from './session-partitions.ts';
import type { TopicNames } from './topic-names.ts';

const epochMax = 0x7f_ff_ff_ff;
const noNames: readonly string[] = Object.freeze([]);

/** The partitions that one fetch or share session stands for, as far as they were seen. */
export class PartitionSession {
  readonly key: string;
  /** Id of a fetch session; 0 for a share session, which its group and member identify. */
  readonly id: number;
  /** Some partitions may be unknown: the session began unseen, a request was missed, or a limit was reached. */
  partial: boolean;
  /** No longer in the table, though a connection may still hold it. */
  dropped = false;
  /** Used since the table last looked for one to drop. */
  used = true;
  partitionCount = 0;
  #epoch: number;
  /** Partitions of the message at hand that found no room. */
  #omitted = 0;
  #byId = false;
  readonly #topics = new Map<string, Set<number>>();
  #names: readonly string[] | null = null;
  #namesVersion = -1;

  constructor(key: string, id: number, epoch: number, partial: boolean) {
    this.key = key;
    this.id = id;
    this.#epoch = epoch;
    this.partial = partial;
  }

  get topicCount(): number {
    return this.#topics.size;
  }

  /** The epoch of the next request: one more than the last, and after the greatest int32 comes 1 (KIP-227). */
  advance(epoch: number): void {
    if (epoch !== (this.#epoch === epochMax ? 1 : this.#epoch + 1)) this.partial = true;
    this.#epoch = epoch;
  }

  /** Takes in what a message lists; false when there was no room for all of it, or in the list already. */
  add(list: PartitionList, byId: boolean): boolean {
    this.#byId = byId;
    this.#omitted = list.omitted;
    // A topic's partitions stand together: it is looked up once for all of them.
    let slot = -1;
    let topic = '';
    let partitions: Set<number> | undefined;
    for (let index = 0; index < list.count; index += 1) {
      const slotHere = list.slots[index] ?? 0;
      if (slotHere !== slot) {
        slot = slotHere;
        topic = list.topics[slot] ?? '';
        partitions = this.#topics.get(topic);
      }
      const partition = list.partitions[index] ?? 0;
      if (partitions === undefined || !partitions.has(partition)) {
        partitions = this.#addOne(topic, partition, partitions);
      }
    }
    if (this.#omitted > 0) this.partial = true;
    return this.#omitted === 0;
  }

  #addOne(topic: string, partition: number, known: Set<number> | undefined): Set<number> | undefined {
    if (this.partitionCount >= partitionsPerSessionMax) {
      this.#omitted += 1;
      return known;
    }
    let partitions = known;
    if (partitions === undefined) {
      partitions = new Set();
      this.#topics.set(topic, partitions);
      this.#names = null;
    }
    partitions.add(partition);
    this.partitionCount += 1;
    return partitions;
  }

  /** Takes out what a message lists; false when the list had no room for all of it. */
  forget(list: PartitionList): boolean {
    for (let index = 0; index < list.count; index += 1) {
      const topic = list.topics[list.slots[index] ?? 0] ?? '';
      const partitions = this.#topics.get(topic);
      if (partitions?.delete(list.partitions[index] ?? 0) !== true) continue;
      this.partitionCount -= 1;
      if (partitions.size > 0) continue;
      this.#topics.delete(topic);
      this.#names = null;
    }
    if (list.omitted > 0) this.partial = true;
    return list.omitted === 0;
  }

  /** The names of its first topics; the same array until something changes. An id stands where its name is unknown. */
  names(topicNames: TopicNames): readonly string[] {
    if (this.#names !== null && (this.#namesVersion < 0 || this.#namesVersion === topicNames.version)) {
      return this.#names;
    }
    this.#namesVersion = -1;
    if (this.#topics.size === 0) {
      this.#names = noNames;
      return noNames;
    }
    const names: string[] = [];
    for (const topic of this.#topics.keys()) {
      if (names.length >= topicsPerExchangeMax) break;
      if (this.#byId && !topicNames.knows(topic)) this.#namesVersion = topicNames.version;
      names.push(this.#byId ? topicNames.nameOf(topic) : topic);
    }
    this.#names = names;
    return names;
  }
}
