import type { FieldData, Struct } from '../protocol/message.ts';
import { EngineLimits } from './engine-limits.ts';
import { producerIdsMax } from './limits.ts';
import { shortName } from './short-name.ts';

const structDepthMax = 6;
const noProducerId = -1n;

/** API keys whose requests, and those whose responses, say which producer id a transactional id has. */
const requestTeachers: ReadonlySet<number> = new Set([24, 25, 26, 28]);
const responseTeachers: ReadonlySet<number> = new Set([22, 26, 65, 66]);

/**
 * Producer ids and the transactional ids they were given to. A coordinator never gives one out twice, so ids that are
 * no longer used stay, and old traffic keeps its names.
 */
export class ProducerIds {
  readonly #nameById = new Map<bigint, string>();
  readonly #latest = new Map<string, bigint>();

  readonly #limits: EngineLimits;

  constructor(limits: EngineLimits = new EngineLimits()) {
    this.#limits = limits;
  }

  /** True when requests of this API name both ids. */
  static requestTeaches(apiKey: number): boolean {
    return requestTeachers.has(apiKey);
  }

  /** True when responses of this API, some of them together with their request, name both ids. */
  static responseTeaches(apiKey: number): boolean {
    return responseTeachers.has(apiKey);
  }

  get size(): number {
    return this.#nameById.size;
  }

  /** The transactional id a producer id belongs to; null while unknown, and for producers without transactions. */
  transactionalIdOf(producerId: bigint): string | null {
    return this.#nameById.get(producerId) ?? null;
  }

  /** True when some producer id of this transactional id is known. */
  knows(transactionalId: string): boolean {
    return this.#latest.has(shortName(transactionalId));
  }

  remember(producerId: bigint, transactionalId: string): void {
    if (producerId <= noProducerId || transactionalId === '') return;
    const name = shortName(transactionalId);
    if (this.#nameById.get(producerId) === name && this.#latest.get(name) === producerId) return;
    this.#nameById.set(producerId, name);
    this.#latest.set(name, producerId);
    if (this.#nameById.size > producerIdsMax) this.#forgetOldest();
  }

  /** Learns every struct of a decoded body that has both ids; `owner` is the transactional id of a body that has none. */
  learn(body: Struct, owner: string | null): void {
    if (owner !== null && typeof body.producerId === 'bigint') this.remember(body.producerId, owner);
    if (owner !== null && typeof body.ongoingTxnProducerId === 'bigint')
      this.remember(body.ongoingTxnProducerId, owner);
    this.#visit(body, 0);
  }

  #visit(value: FieldData | undefined, depth: number): void {
    if (depth > structDepthMax || value === null || typeof value !== 'object' || value instanceof Uint8Array) return;
    if (Array.isArray(value)) {
      for (const item of value) this.#visit(item, depth + 1);
      return;
    }
    const struct = value as Struct;
    const id = struct.producerId ?? struct.v3AndBelowProducerId;
    const name = struct.transactionalId ?? struct.v3AndBelowTransactionalId;
    if (typeof id === 'bigint' && typeof name === 'string') this.remember(id, name);
    for (const key in struct) this.#visit(struct[key], depth + 1);
  }

  #forgetOldest(): void {
    const oldest = this.#nameById.entries().next().value;
    if (oldest === undefined) return;
    this.#limits.reach('producerIdsMax');
    this.#nameById.delete(oldest[0]);
    if (this.#latest.get(oldest[1]) === oldest[0]) this.#latest.delete(oldest[1]);
  }
}
