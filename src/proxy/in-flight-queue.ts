/** Requests awaiting a response on one connection; a client that goes beyond is no longer rewritten, loudly. */
export const requestsInFlightMax = 65_536;

const capacityFirst = 16;
const wordsPerEntry = 2;

/**
 * The requests of one connection that are due a response, oldest first. A broker answers a connection strictly in
 * order (PROTOCOL §4.1), so this is a queue, and the correlation id is a check. Two words an entry, no objects: it
 * is touched for every frame.
 */
export class InFlightQueue {
  #words = new Int32Array(capacityFirst * wordsPerEntry);
  #capacity = capacityFirst;
  #head = 0;
  #size = 0;

  /** How many responses are due. */
  get size(): number {
    return this.#size;
  }

  /** Adds a request; false when the queue is full. */
  push(apiKey: number, apiVersion: number, correlationId: number): boolean {
    if (this.#size === this.#capacity) {
      if (this.#capacity >= requestsInFlightMax) return false;
      this.#grow();
    }
    const at = ((this.#head + this.#size) & (this.#capacity - 1)) * wordsPerEntry;
    this.#words[at] = (apiKey << 16) | (apiVersion & 0xffff);
    this.#words[at + 1] = correlationId;
    this.#size += 1;
    return true;
  }

  /** Position of the oldest request with this correlation id; -1 when there is none. */
  find(correlationId: number): number {
    for (let index = 0; index < this.#size; index += 1) {
      if (this.#words[this.#slot(index) + 1] === correlationId) return index;
    }
    return -1;
  }

  apiKeyAt(index: number): number {
    return (this.#words[this.#slot(index)] ?? 0) >> 16;
  }

  apiVersionAt(index: number): number {
    return ((this.#words[this.#slot(index)] ?? 0) << 16) >> 16;
  }

  /** Correlation id of the oldest request; meaningless while `size` is 0. */
  get oldestCorrelationId(): number {
    return this.#words[this.#slot(0) + 1] ?? 0;
  }

  /** Removes the oldest request. */
  shift(): void {
    this.#head = (this.#head + 1) & (this.#capacity - 1);
    this.#size -= 1;
  }

  clear(): void {
    this.#size = 0;
  }

  #slot(index: number): number {
    return ((this.#head + index) & (this.#capacity - 1)) * wordsPerEntry;
  }

  #grow(): void {
    const capacity = this.#capacity * 2;
    const words = new Int32Array(capacity * wordsPerEntry);
    for (let index = 0; index < this.#size; index += 1) {
      const from = this.#slot(index);
      words[index * wordsPerEntry] = this.#words[from] ?? 0;
      words[index * wordsPerEntry + 1] = this.#words[from + 1] ?? 0;
    }
    this.#words = words;
    this.#capacity = capacity;
    this.#head = 0;
  }
}
