/** Requests awaiting a response on one connection; a client that goes beyond is no longer rewritten, loudly. */
export const requestsInFlightMax = 65_536;

const capacityFirst = 16;
const wordsPerEntry = 3;

/**
 * The requests of one connection that are due a response, oldest first. A broker answers a connection strictly in
 * order (PROTOCOL §4.1), so this is a queue, and the correlation id is a check. Three words and a time an entry, no
 * objects: it is touched for every frame.
 */
export class InFlightQueue {
  #words = new Int32Array(capacityFirst * wordsPerEntry);
  /** When the last byte of a request was read. */
  #timesUs = new Float64Array(capacityFirst);
  #capacity = capacityFirst;
  #head = 0;
  #size = 0;

  /** How many responses are due. */
  get size(): number {
    return this.#size;
  }

  /** Adds a request, `skipped` when it was not looked at; false when the queue is full. */
  push(apiKey: number, apiVersion: number, correlationId: number, skipped = false, atUs = 0): boolean {
    if (this.#size === this.#capacity) {
      if (this.#capacity >= requestsInFlightMax) return false;
      this.#grow();
    }
    const index = (this.#head + this.#size) & (this.#capacity - 1);
    const at = index * wordsPerEntry;
    this.#words[at] = (apiKey << 16) | (apiVersion & 0xffff);
    this.#words[at + 1] = correlationId;
    this.#words[at + 2] = skipped ? 1 : 0;
    this.#timesUs[index] = atUs;
    this.#size += 1;
    return true;
  }

  /** The newest request ended later than it was added. */
  setNewestUs(atUs: number): void {
    if (this.#size > 0) this.#timesUs[(this.#head + this.#size - 1) & (this.#capacity - 1)] = atUs;
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

  /** Correlation id of the oldest request; meaningless while `size` is 0, as are the next two. */
  get oldestCorrelationId(): number {
    return this.#words[this.#slot(0) + 1] ?? 0;
  }

  get oldestSkipped(): boolean {
    return this.#words[this.#slot(0) + 2] === 1;
  }

  get oldestUs(): number {
    return this.#timesUs[this.#head] ?? 0;
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
    const timesUs = new Float64Array(capacity);
    for (let index = 0; index < this.#size; index += 1) {
      const from = this.#slot(index);
      for (let word = 0; word < wordsPerEntry; word += 1) {
        words[index * wordsPerEntry + word] = this.#words[from + word] ?? 0;
      }
      timesUs[index] = this.#timesUs[(this.#head + index) & (this.#capacity - 1)] ?? 0;
    }
    this.#words = words;
    this.#timesUs = timesUs;
    this.#capacity = capacity;
    this.#head = 0;
  }
}
