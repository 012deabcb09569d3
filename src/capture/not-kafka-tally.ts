import type { FirstBytesKind } from '../wire/first-bytes.ts';
import type { LimitCounter } from './limits.ts';

/** An endpoint none of whose connections showed Kafka. */
export interface NotKafkaEndpoint {
  /** `ip:port` of the server; of the lower port where the capture does not show who connected. */
  readonly endpoint: string;
  readonly connections: number;
  /** Payload bytes of both directions. */
  readonly bytes: number;
  /** What its first bytes look like; `kafka-plausible` = framed like Kafka, but no exchange was proven. */
  readonly looksLike: FirstBytesKind;
}

interface Entry {
  endpoint: string;
  connections: number;
  bytes: number;
  looksLike: FirstBytesKind;
}

/** Sums up the connections that are no Kafka, by endpoint; at most `listedMax` of them, the largest. */
export class NotKafkaTally {
  /** Connections counted in all, also of endpoints no longer listed. */
  connections = 0;
  readonly #listedMax: number;
  readonly #counter: LimitCounter;
  readonly #entries = new Map<string, Entry>();

  constructor(listedMax: number, counter: LimitCounter) {
    this.#listedMax = listedMax;
    this.#counter = counter;
  }

  /** Counts one connection. */
  add(endpoint: string, bytes: number, looksLike: FirstBytesKind): void {
    this.connections += 1;
    const entry = this.#entries.get(endpoint);
    if (entry === undefined) {
      if (this.#entries.size >= this.#listedMax) {
        this.#counter.reached('notKafkaListedMax');
        if (!this.#dropSmaller(bytes)) return;
      }
      this.#entries.set(endpoint, { endpoint, connections: 1, bytes, looksLike });
      return;
    }
    entry.connections += 1;
    entry.bytes += bytes;
    if (entry.looksLike === 'unknown') entry.looksLike = looksLike;
  }

  /** The endpoint is Kafka after all: its earlier connections were forgotten, but they are not something else. */
  remove(endpoint: string): void {
    const entry = this.#entries.get(endpoint);
    if (entry === undefined) return;
    this.connections -= entry.connections;
    this.#entries.delete(endpoint);
  }

  /** The endpoints, most bytes first. */
  list(): readonly NotKafkaEndpoint[] {
    return [...this.#entries.values()].map((entry) => ({ ...entry })).sort((a, b) => b.bytes - a.bytes);
  }

  #dropSmaller(bytes: number): boolean {
    let smallest: Entry | null = null;
    for (const entry of this.#entries.values()) if (smallest === null || entry.bytes < smallest.bytes) smallest = entry;
    if (smallest === null || smallest.bytes >= bytes) return false;
    this.#entries.delete(smallest.endpoint);
    return true;
  }
}
