import type { FieldData, Struct } from '../protocol/message.ts';
import { topicIdsMax } from './limits.ts';

const zeroId = 'AAAAAAAAAAAAAAAAAAAAAA';

/** API keys whose responses carry a topic's name and id side by side (PROTOCOL 5.15). */
const teachers: ReadonlySet<number> = new Set([3, 19, 20, 69, 75, 77, 90, 91, 92]);

/**
 * Topic ids and the names they were seen with. Ids are unique across clusters and ids of deleted topics stay, so
 * that the history keeps its names.
 */
export class TopicNames {
  readonly #nameById = new Map<string, string>();

  /** True when a response of this API may teach a name. */
  static teaches(apiKey: number): boolean {
    return teachers.has(apiKey);
  }

  /** The name of an id, or the id itself (22 characters) while the name is unknown. */
  nameOf(topicId: string): string {
    return this.#nameById.get(topicId) ?? topicId;
  }

  knows(topicId: string): boolean {
    return topicId === zeroId || this.#nameById.has(topicId);
  }

  /** Learns every struct of a decoded body that has both a topic id and a name. */
  learn(body: Struct): void {
    this.#visit(body, 0);
  }

  #visit(value: FieldData | undefined, depth: number): void {
    if (depth > 6 || value === null || typeof value !== 'object' || value instanceof Uint8Array) return;
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
    if (this.#nameById.get(id) === name) return;
    if (this.#nameById.size >= topicIdsMax) {
      const oldest = this.#nameById.keys().next().value;
      if (oldest !== undefined) this.#nameById.delete(oldest);
    }
    this.#nameById.set(id, name);
  }
}
