import { addressPolicy } from '../addons/rewrite-addresses.ts';
import { InFlightQueue } from './in-flight-queue.ts';

/** What `take` returns for a frame that answers no request; no packed key and version looks like it. */
export const unexpected = -1;

/** The responses one connection is due, and how many of them may name brokers. */
export class ExpectedResponses {
  readonly #queue = new InFlightQueue();
  #bearing = 0;
  #skippedDue = 0;

  /** Of the request taken last: whether it was not looked at, and when its last byte was read. */
  takenSkipped = false;
  takenUs = 0;

  get size(): number {
    return this.#queue.size;
  }

  /** True while a response may come that has to be held: only then are bytes of a cut head kept back. */
  get anyBearsAddresses(): boolean {
    return this.#bearing > 0;
  }

  /** True while the response to a request that was not looked at may come. */
  get anySkipped(): boolean {
    return this.#skippedDue > 0;
  }

  /** Expects the response to a request read at `atUs`; false when too many are expected already. */
  add(apiKey: number, apiVersion: number, correlationId: number, skipped = false, atUs = 0): boolean {
    if (!this.#queue.push(apiKey, apiVersion, correlationId, skipped, atUs)) return false;
    if (skipped) this.#skippedDue += 1;
    if (bearsAddresses(apiKey, apiVersion)) this.#bearing += 1;
    return true;
  }

  /** The request added last ended at `atUs`; a response to it cannot have come before. */
  newestEnded(atUs: number): void {
    this.#queue.setNewestUs(atUs);
  }

  /**
   * Removes the request a frame answers, with those before it, which will have no answer any more, and returns its
   * key and version packed in an unsigned number. `unexpected` for a frame nobody asked for, such as a raw SASL token
   * or an orphan: it takes no request's place.
   */
  take(correlationId: number): number {
    const queue = this.#queue;
    if (queue.size === 0) return unexpected;
    const index = queue.oldestCorrelationId === correlationId ? 0 : queue.find(correlationId);
    if (index < 0) return unexpected;
    for (let skipped = 0; skipped < index; skipped += 1) this.#forgetOldest();
    const packed = (queue.apiKeyAt(0) << 16) | (queue.apiVersionAt(0) & 0xffff);
    this.takenSkipped = queue.oldestSkipped;
    this.takenUs = queue.oldestUs;
    this.#forgetOldest();
    return packed >>> 0;
  }

  clear(): void {
    this.#queue.clear();
    this.#bearing = 0;
    this.#skippedDue = 0;
  }

  #forgetOldest(): void {
    if (this.#bearing > 0 && bearsAddresses(this.#queue.apiKeyAt(0), this.#queue.apiVersionAt(0))) this.#bearing -= 1;
    if (this.#skippedDue > 0 && this.#queue.oldestSkipped) this.#skippedDue -= 1;
    this.#queue.shift();
  }
}

function bearsAddresses(apiKey: number, apiVersion: number): boolean {
  const policy = addressPolicy(apiKey, apiVersion);
  return policy === 'hold' || policy === 'hold-or-hide' || policy === 'cap';
}
