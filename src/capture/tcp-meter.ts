import { RoundTripSteps } from './round-trip-steps.ts';
import type { TcpSideFigures } from './tcp-figures.ts';

/** A hole that fills sooner was packets changing places, later a lost one sent again (as tshark tells them apart). */
const reorderUsMax = 3_000;
/** How far apart two captures of one packet may be (two interfaces of one host). */
const twiceUsMax = 1_000;
/** The same where packets have no identification (IPv6, RFC 6864): no retransmission comes so soon. */
const twiceUnnumberedUsMax = 50;

/**
 * What one side of a connection sent, as TCP sees it: round-trip times from data to its acknowledgment, what was sent
 * again, closed windows. Times are those of the place of capture: beside the broker a client's segments are
 * acknowledged at once, and the round trip of the network shows in the broker's.
 */
export class TcpMeter {
  segments = 0;
  bytes = 0;
  retransmittedSegments = 0;
  retransmittedBytes = 0;
  outOfOrderSegments = 0;
  /** Packets captured twice: same numbers, same identification, at nearly the same time. */
  capturedTwice = 0;
  duplicateAcks = 0;
  keepAlives = 0;
  zeroWindows = 0;
  zeroWindowUs = 0;
  /** Bytes that came again with other content behind a hole; what came first is what counts. */
  conflictingBytes = 0;

  #zeroSinceUs = -1;
  #timing = false;
  #timedEnd = 0;
  #timedUs = 0;
  #rttCount = 0;
  #rttMinUs = 0;
  /** Where `#steps` has the spread of round trips; -1 until there is one. */
  #slot = -1;
  readonly #steps: RoundTripSteps;

  #lastSequence = -1;
  #lastAcknowledgment = -1;
  #lastPayloadBytes = -1;
  #lastWindow = -1;
  #lastIdentification = -1;
  #lastUs = 0;
  #isTwin = false;

  constructor(steps: RoundTripSteps = new RoundTripSteps()) {
    this.#steps = steps;
  }

  /**
   * Looks at the header of each packet; `identification` is IPv4's, -1 where there is none. True when the packet is
   * the one before once more.
   */
  saw(
    sequence: number,
    acknowledgment: number,
    payloadBytes: number,
    window: number,
    identification: number,
    atUs: number,
  ): boolean {
    this.#isTwin =
      sequence === this.#lastSequence &&
      acknowledgment === this.#lastAcknowledgment &&
      payloadBytes === this.#lastPayloadBytes &&
      identification === this.#lastIdentification &&
      atUs - this.#lastUs <= (identification > 0 ? twiceUsMax : twiceUnnumberedUsMax);
    if (this.#isTwin) {
      this.capturedTwice += 1;
      return true;
    }
    if (window === 0) {
      if (this.#zeroSinceUs < 0) {
        this.#zeroSinceUs = atUs;
        this.zeroWindows += 1;
      }
    } else if (this.#zeroSinceUs >= 0) {
      this.zeroWindowUs += Math.max(0, atUs - this.#zeroSinceUs);
      this.#zeroSinceUs = -1;
    }
    this.#lastSequence = sequence;
    this.#lastAcknowledgment = acknowledgment;
    this.#lastPayloadBytes = payloadBytes;
    this.#lastWindow = window;
    this.#lastIdentification = identification;
    this.#lastUs = atUs;
    return false;
  }

  /** True when a bare acknowledgment says exactly what the packet before it said: the peer's data has a hole. */
  repeatsAck(acknowledgment: number, window: number): boolean {
    return acknowledgment === this.#lastAcknowledgment && window === this.#lastWindow;
  }

  /** Data not seen before, up to `end`. One segment at a time is timed until it is acknowledged. */
  sent(end: number, byteCount: number, atUs: number): void {
    this.segments += 1;
    this.bytes += byteCount;
    if (this.#timing) return;
    this.#timing = true;
    this.#timedEnd = end;
    this.#timedUs = atUs;
  }

  /** Data that was seen before. What is timed may be this: its acknowledgment would answer nobody knows which. */
  sentAgain(byteCount: number): void {
    if (this.#isTwin) return;
    this.retransmittedSegments += 1;
    this.retransmittedBytes += byteCount;
    this.#timing = false;
  }

  /** New data in front of data seen before: a hole that was open for `openUs` is filled. */
  filledHole(byteCount: number, openUs: number): void {
    if (openUs <= reorderUsMax) this.outOfOrderSegments += 1;
    else this.sentAgain(byteCount);
  }

  acknowledged(acknowledgment: number, atUs: number): void {
    if (!this.#timing || ((acknowledgment - this.#timedEnd) | 0) < 0) return;
    this.#timing = false;
    const tookUs = Math.max(0, atUs - this.#timedUs);
    this.#rttMinUs = this.#rttCount === 0 ? tookUs : Math.min(this.#rttMinUs, tookUs);
    this.#rttCount += 1;
    if (this.#slot < 0) this.#slot = this.#steps.take();
    this.#steps.add(this.#slot, tookUs);
  }

  /** The figures so far; a window still closed counts until `atUs`. */
  figures(atUs: number): TcpSideFigures {
    const openUs = this.#zeroSinceUs < 0 ? 0 : Math.max(0, atUs - this.#zeroSinceUs);
    return {
      segments: this.segments,
      bytes: this.bytes,
      roundTrip:
        this.#rttCount === 0 ? null : { count: this.#rttCount, minUs: this.#rttMinUs, medianUs: this.#medianUs() },
      retransmittedSegments: this.retransmittedSegments,
      retransmittedBytes: this.retransmittedBytes,
      outOfOrderSegments: this.outOfOrderSegments,
      duplicateAcks: this.duplicateAcks,
      keepAlives: this.keepAlives,
      zeroWindows: this.zeroWindows,
      zeroWindowUs: this.zeroWindowUs + openUs,
      conflictingBytes: this.conflictingBytes,
      capturedTwice: this.capturedTwice,
    };
  }

  /** The middle of the step, as far as that is no less than the shortest. */
  #medianUs(): number {
    return Math.max(this.#rttMinUs, this.#steps.medianUs(this.#slot));
  }

  /** Nobody asks for figures any more: the spread of round trips goes. */
  release(): void {
    if (this.#slot >= 0) this.#steps.giveBack(this.#slot);
    this.#slot = -1;
    this.#rttCount = 0;
  }
}
