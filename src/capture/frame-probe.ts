import { frameBytesMax } from '../wire/frame.ts';
import { int32 } from './big-endian.ts';
import { type RequestEvidence, requestBytesMin, requestEvidence } from './request-evidence.ts';

const prefixBytes = 4;
const correlationIdBytes = 4;
/** Kept of a frame that is too large to be examined whole: enough for a header with a usual client id. */
const headBytesMax = 1_024;
const assemblyBytesMin = 256;

const noBytes = new Uint8Array(0);

/** How a probe stands: still following frames, lost in a gap, or sure that this direction is no Kafka. */
export type ProbeState = 'following' | 'lost' | 'foreign';

/**
 * Follows the size prefixes of one direction of a connection nobody has recognised yet, and collects what speaks for
 * Kafka: requests that read well, and the first four bytes of every frame, which in a response are the correlation
 * id. It keeps one frame at most, and of a large one only the head.
 */
export class FrameProbe {
  /** Evidence found by the last `receive` or `gap`. */
  readonly requests: RequestEvidence[] = [];
  /** First four bytes of the frames begun in the last `receive`. */
  readonly correlationIds: number[] = [];
  state: ProbeState = 'following';
  /** A request longer than is examined whole looked plausible. */
  judgedByHeader = false;

  readonly #evidenceBytesMax: number;
  readonly #judgesRequests: boolean;
  #assembly: Uint8Array = noBytes;
  /** Bytes of the current frame kept, and seen; both with the prefix. */
  #kept = 0;
  #seen = 0;
  /** Size of the current frame with its prefix; -1 inside the prefix. */
  #frameBytes = -1;
  #missing = false;
  #headTold = false;

  constructor(judgesRequests: boolean, evidenceBytesMax: number) {
    this.#judgesRequests = judgesRequests;
    this.#evidenceBytesMax = evidenceBytesMax;
  }

  /** Bytes in stream order. */
  receive(bytes: Uint8Array): void {
    this.requests.length = 0;
    this.correlationIds.length = 0;
    let at = 0;
    while (at < bytes.length && this.state === 'following') {
      const wanted = (this.#frameBytes < 0 ? prefixBytes : this.#frameBytes) - this.#seen;
      const taken = Math.min(wanted, bytes.length - at);
      this.#keep(bytes, at, taken);
      this.#seen += taken;
      at += taken;
      if (this.#frameBytes < 0) {
        if (this.#seen === prefixBytes) this.#beginFrame();
        continue;
      }
      this.#tellHead();
      if (this.#seen === this.#frameBytes) this.#completeFrame();
    }
  }

  /** Bytes that the capture lost; null when nobody can tell how many. */
  gap(missingBytes: number | null): void {
    this.requests.length = 0;
    this.correlationIds.length = 0;
    if (this.state !== 'following' || missingBytes === 0) return;
    this.#missing = true;
    if (missingBytes === null || this.#frameBytes < 0 || this.#seen + missingBytes > this.#frameBytes) {
      this.state = 'lost';
      return;
    }
    this.#seen += missingBytes;
    if (this.#seen === this.#frameBytes) this.#completeFrame();
  }

  #beginFrame(): void {
    const sizeBytes = int32(this.#assembly, 0);
    if (sizeBytes < 0 || sizeBytes > frameBytesMax) {
      this.state = 'foreign';
      return;
    }
    this.#frameBytes = prefixBytes + sizeBytes;
    if (sizeBytes === 0) this.#reset();
  }

  #tellHead(): void {
    if (this.#headTold || this.#kept < prefixBytes + correlationIdBytes) return;
    this.#headTold = true;
    this.correlationIds.push(int32(this.#assembly, prefixBytes));
  }

  #completeFrame(): void {
    const whole = this.#kept === this.#frameBytes;
    if (this.#judgesRequests && this.#kept >= prefixBytes + requestBytesMin) {
      const evidence = requestEvidence(this.#assembly.subarray(prefixBytes, this.#kept), whole);
      if (evidence !== null) this.requests.push(evidence);
      if (evidence !== null && !this.#missing && !whole) this.judgedByHeader = true;
    }
    this.#reset();
  }

  #reset(): void {
    this.#kept = 0;
    this.#seen = 0;
    this.#frameBytes = -1;
    this.#missing = false;
    this.#headTold = false;
    if (this.#assembly.length > headBytesMax) this.#assembly = noBytes;
  }

  #keep(bytes: Uint8Array, at: number, count: number): void {
    if (this.#missing) return;
    const whole = this.#frameBytes <= this.#evidenceBytesMax;
    const keepMax = this.#frameBytes < 0 ? prefixBytes : whole ? this.#frameBytes : headBytesMax;
    const kept = Math.min(count, keepMax - this.#kept);
    if (kept <= 0) return;
    const needed = this.#kept + kept;
    if (needed > this.#assembly.length) {
      const grown = new Uint8Array(Math.max(needed, Math.min(keepMax, Math.max(assemblyBytesMin, needed * 2))));
      grown.set(this.#assembly.subarray(0, this.#kept));
      this.#assembly = grown;
    }
    this.#assembly.set(bytes.subarray(at, at + kept), this.#kept);
    this.#kept = needed;
  }
}
