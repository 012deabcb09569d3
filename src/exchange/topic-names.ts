import type { FieldData, MessageType, Struct } from '../protocol/message.ts';
import { EngineLimits } from './engine-limits.ts';
import { nameCharactersMax, topicIdsMax } from './limits.ts';

/** Arrays and structs on the way to a name: ConsumerGroupDescribe has seven, Kafka's deepest message not twice as many. */
const depthMax = 16;
const zeroId = 'AAAAAAAAAAAAAAAAAAAAAA';

/** Kafka's own id of the metadata log (Uuid.METADATA_TOPIC_ID), which no response ever teaches. */
const metadataTopicId = 'AAAAAAAAAAAAAAAAAAAAAQ';

/** API keys whose responses carry a topic's name and id side by side (PROTOCOL 5.15). */
const teachers: ReadonlySet<number> = new Set([3, 19, 20, 69, 75, 77, 90, 91, 92]);

/** API keys whose requests do: LeaderAndIsr and UpdateMetadata, by which controllers taught brokers before Kafka 4. */
const requestTeachers: ReadonlySet<number> = new Set([4, 6]);

/**
 * Topic ids and the names they were seen with. Ids are unique across clusters and ids of deleted topics stay, so
 * that the history keeps its names.
 */
export class TopicNames {
  readonly #nameById = new Map<string, string>();
  /** Grows with every name learned, so that whoever keeps resolved names knows when to look again. */
  version = 0;

  readonly #limits: EngineLimits;

  constructor(limits: EngineLimits = new EngineLimits()) {
    this.#limits = limits;
    this.#nameById.set(metadataTopicId, '__cluster_metadata');
  }

  /** True when a message of this API may teach a name. */
  static teaches(apiKey: number, type: MessageType = 'response'): boolean {
    return type === 'response' ? teachers.has(apiKey) : requestTeachers.has(apiKey);
  }

  /** The name of an id, or the id itself (22 characters) while the name is unknown. */
  nameOf(topicId: string): string {
    return this.#nameById.get(topicId) ?? topicId;
  }

  /** True when there is nothing to learn about an id: its name is known, or it is the id that means none. */
  knows(topicId: string): boolean {
    return topicId === zeroId || this.#nameById.has(topicId);
  }

  /** Learns every struct of a decoded body that has both a topic id and a name. */
  learn(body: Struct): void {
    this.#visit(body, 0);
  }

  #visit(value: FieldData | undefined, depth: number): void {
    if (depth > depthMax || value === null || typeof value !== 'object' || value instanceof Uint8Array) return;
    if (Array.isArray(value)) {
      for (const item of value) this.#visit(item, depth + 1);
      return;
    }
    const struct = value as Struct;
    const id = struct.topicId;
    const name = struct.name ?? struct.topicName;
    if (typeof id === 'string' && typeof name === 'string' && id !== zeroId && name.length > 0)
      this.#remember(id, name);
    for (const key in struct) this.#visit(struct[key], depth + 1);
  }

  #remember(id: string, name: string): void {
    if (this.#nameById.get(id) === name || id === metadataTopicId) return;
    // No topic has such a name (Kafka takes 249 characters), and a hundred thousand of them would fill the memory.
    if (name.length > nameCharactersMax) return;
    if (this.#nameById.size >= topicIdsMax) {
      const oldest = this.#nameById.keys().next().value;
      if (oldest !== undefined) this.#nameById.delete(oldest);
      this.#limits.reach('topicIdsMax');
    }
    this.#nameById.set(id, name);
    this.version += 1;
  }
}
