import type { CaptureLimits, LimitCounter } from './limits.ts';
import type { RoundTripSteps } from './round-trip-steps.ts';
import { TcpMeter } from './tcp-meter.ts';
import type { StreamListener, TcpSide } from './types.ts';

/** Counters and the shared allowance of all streams of a capture. */
export interface TcpTotals {
  /** Bytes held behind holes in all streams together. */
  bufferedBytes: number;
  gaps: number;
  /** Bytes known to be missing in those gaps. */
  missingBytes: number;
  /** Payload bytes seen again: retransmissions, keep-alives, packets captured on two interfaces. */
  repeatedBytes: number;
  /** Segments that came once more when their connection was over: its figures were told by then. */
  lateSegments: number;
  /** Spreads of round-trip times, a slot for each stream. */
  readonly roundTrips: RoundTripSteps;
}

/** What a held piece costs besides its bytes, counted so that pieces of nothing are bounded too. */
const pieceOverheadBytes = 128;

/** Of the many streams without a hole; never written to. */
const nothingHeld: HeldPiece[] = [];

/** Bytes that arrived beyond a hole. `wireBytes` exceeds `bytes.length` when the snaplen cut them. */
interface HeldPiece {
  readonly sequence: number;
  readonly bytes: Uint8Array;
  readonly wireBytes: number;
  readonly atUs: number;
}

/**
 * Puts one direction of a TCP connection in order. Sequence numbers live modulo 2³², so they are only ever compared
 * by their signed difference, and held as signed numbers. Rules:
 *
 * 1. Bytes seen first win; what comes again, in whatever segmentation, is trimmed to what is new.
 * 2. Bytes beyond a hole are held. The hole becomes a gap only on evidence that its bytes will not come: the peer
 *    acknowledged them (and then answered, or `gapGraceUsMax` passed, since captures reorder packets slightly), a
 *    limit is reached, or the connection or capture ends.
 * 3. Bytes behind a filled hole carry the time of the filling packet: nobody could read them earlier. Bytes behind a
 *    gap keep their own arrival, because the receiver did have what we lost.
 */
export class TcpStream {
  readonly meter: TcpMeter;
  readonly #side: TcpSide;
  readonly #limits: CaptureLimits;
  readonly #counter: LimitCounter;
  readonly #totals: TcpTotals;
  #listener: StreamListener | null = null;

  #known = false;
  #next = 0;
  #startKnown = false;
  #finSequence = 0;
  #finSeen = false;
  #finUs = 0;
  #ended = false;

  /** Non-overlapping, ascending, all beyond `#next`. */
  #held: HeldPiece[] = nothingHeld;
  #heldBytes = 0;

  /** Highest acknowledgment of the peer while it is beyond what we have; -1 in `#ackedSinceUs` when it is not. */
  #acked = 0;
  #ackedSinceUs = -1;

  constructor(side: TcpSide, limits: CaptureLimits, counter: LimitCounter, totals: TcpTotals) {
    this.#side = side;
    this.#limits = limits;
    this.#counter = counter;
    this.#totals = totals;
    this.meter = new TcpMeter(totals.roundTrips);
  }

  attach(listener: StreamListener): void {
    this.#listener = listener;
  }

  /** True once a sequence number of this direction was seen. */
  get known(): boolean {
    return this.#known;
  }

  /** True when the stream is followed from its first byte on. */
  get startKnown(): boolean {
    return this.#startKnown;
  }

  /** True when the next byte that is new has this sequence number. */
  expects(sequence: number): boolean {
    return this.#known && !this.#ended && this.#held.length === 0 && ((sequence - this.#next) | 0) === 0;
  }

  /** True when data beyond this sequence number was seen, in order or behind a hole. */
  isBeyond(sequence: number): boolean {
    if (!this.#known) return false;
    return this.#held.length > 0 || ((this.#next - sequence) | 0) > 0;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** The next byte expected has this sequence number; `fromStart` when no byte came before it. */
  begin(sequence: number, fromStart: boolean): void {
    this.#known = true;
    this.#next = sequence | 0;
    this.#startKnown = fromStart;
  }

  /** Payload of a packet: `bytes` as captured (a view), `wireBytes` as sent. */
  receive(sequence: number, bytes: Uint8Array, wireBytes: number, atUs: number): void {
    const distance = (sequence - this.#next) | 0;
    if (distance === 0 && this.#held.length === 0 && !this.#ended) {
      this.meter.sent((sequence + wireBytes) | 0, wireBytes, atUs);
      this.#deliver(bytes, wireBytes, atUs);
      return;
    }
    if (this.#ended || distance + wireBytes <= 0) {
      this.#totals.repeatedBytes += bytes.length;
      // A keep-alive (RFC 9293 §3.8.4) sends one byte that was acknowledged long ago.
      if (distance === -1 && wireBytes === 1) this.meter.keepAlives += 1;
      else this.meter.sentAgain(wireBytes);
      return;
    }
    if (distance < 0) {
      this.#totals.repeatedBytes += Math.min(-distance, bytes.length);
      this.meter.sentAgain(-distance);
      this.receive(this.#next, bytes.subarray(Math.min(-distance, bytes.length)), wireBytes + distance, atUs);
      return;
    }
    const first = this.#held[0];
    const isFilling = first !== undefined && ((first.sequence - sequence) | 0) > 0;
    if (isFilling) this.meter.filledHole(wireBytes, atUs - first.atUs);
    if (this.#hold(sequence | 0, bytes, wireBytes, atUs) > 0)
      this.meter.sent((sequence + wireBytes) | 0, wireBytes, atUs);
    else this.meter.sentAgain(wireBytes);
    this.#drain(atUs);
    if (this.#finSeen) this.#endWhenComplete(atUs);
    this.#declareAcknowledgedGaps(atUs, false);
    while (this.#mustLetGo()) this.#declareGap(atUs);
  }

  /** Payload that came when the connection was over. What was told before is sent again; the rest nobody takes any more. */
  receiveLate(sequence: number, capturedBytes: number, wireBytes: number): void {
    if (!this.#known || ((sequence - this.#next) | 0) + wireBytes > 0) return;
    this.#totals.repeatedBytes += capturedBytes;
    this.#totals.lateSegments += 1;
  }

  /** The side said its last byte is the one before `sequence`. */
  finish(sequence: number, atUs: number): void {
    if (this.#finSeen) return;
    this.#finSeen = true;
    this.#finSequence = sequence | 0;
    this.#finUs = atUs;
    this.#endWhenComplete(atUs);
  }

  /** The peer acknowledged everything before `acknowledgment`; `answered` when that packet carried payload. */
  acknowledge(acknowledgment: number, answered: boolean, atUs: number): void {
    if (((acknowledgment - this.#next) | 0) <= 0) return;
    if (this.#ackedSinceUs < 0) {
      this.#ackedSinceUs = atUs;
      this.#acked = acknowledgment;
    } else if (((acknowledgment - this.#acked) | 0) > 0) {
      this.#acked = acknowledgment;
    }
    this.#declareAcknowledgedGaps(atUs, answered);
  }

  /** Nothing more will come: what is held is told, with the gaps before it. */
  flush(atUs: number): void {
    while (this.#hasHole()) this.#declareGap(atUs);
  }

  #hasHole(): boolean {
    return this.#held.length > 0 || (this.#finSeen && !this.#ended && ((this.#finSequence - this.#next) | 0) > 0);
  }

  /** Where the first hole ends. */
  #holeEnd(): number {
    const first = this.#held[0];
    return first === undefined ? this.#finSequence : first.sequence;
  }

  #declareAcknowledgedGaps(atUs: number, answered: boolean): void {
    while (this.#ackedSinceUs >= 0 && this.#hasHole() && ((this.#acked - this.#holeEnd()) | 0) >= 0) {
      if (!answered && atUs - this.#ackedSinceUs <= this.#limits.gapGraceUsMax) return;
      this.#declareGap(atUs);
    }
  }

  #mustLetGo(): boolean {
    if (this.#held.length === 0) return false;
    if (this.#heldBytes > this.#limits.bufferedBytesPerStreamMax) {
      this.#counter.reached('bufferedBytesPerStreamMax');
    } else if (this.#held.length > this.#limits.bufferedSegmentsPerStreamMax) {
      this.#counter.reached('bufferedSegmentsPerStreamMax');
    } else if (this.#totals.bufferedBytes > this.#limits.bufferedBytesMax) {
      this.#counter.reached('bufferedBytesMax');
    } else {
      return false;
    }
    return true;
  }

  #declareGap(atUs: number): void {
    const first = this.#held[0];
    const gapUs = first === undefined ? Math.min(this.#finUs, atUs) : first.atUs;
    const missing = (this.#holeEnd() - this.#next) >>> 0;
    this.#skip(missing, gapUs);
    this.#drain(0);
    this.#endWhenComplete(gapUs);
  }

  #skip(missingBytes: number, atUs: number): void {
    this.#totals.gaps += 1;
    this.#totals.missingBytes += missingBytes;
    this.#advance(missingBytes);
    this.#listener?.gap(this.#side, missingBytes, atUs);
  }

  #deliver(bytes: Uint8Array, wireBytes: number, atUs: number): void {
    this.#advance(bytes.length);
    if (bytes.length > 0) this.#listener?.data(this.#side, bytes, atUs);
    if (wireBytes > bytes.length) this.#skip(wireBytes - bytes.length, atUs);
    if (this.#finSeen) this.#endWhenComplete(atUs);
  }

  #advance(count: number): void {
    this.#next = (this.#next + count) | 0;
    if (this.#ackedSinceUs >= 0 && ((this.#acked - this.#next) | 0) <= 0) this.#ackedSinceUs = -1;
  }

  /**
   * Keeps the parts of the bytes that no held piece covers, in order, and returns how many wire bytes those are.
   * Usually the piece belongs at the end.
   */
  #hold(sequence: number, bytes: Uint8Array, wireBytes: number, atUs: number): number {
    let keptBytes = 0;
    let index = this.#held.length;
    while (index > 0 && (((this.#held[index - 1] as HeldPiece).sequence - sequence) | 0) >= 0) index -= 1;
    const before = this.#held[index - 1];
    let from = 0;
    if (before !== undefined) {
      from = Math.max(0, (before.sequence + before.wireBytes - sequence) | 0);
      if (from > 0) this.meter.conflictingBytes += conflicts(before, sequence, bytes);
    }
    while (from < wireBytes) {
      const after = this.#held[index];
      const room = after === undefined ? wireBytes : Math.max(0, (after.sequence - sequence) | 0);
      const to = Math.min(wireBytes, room);
      if (to > from) {
        this.#keepPiece(index, (sequence + from) | 0, bytes.slice(from, Math.min(to, bytes.length)), to - from, atUs);
        keptBytes += to - from;
        index += 1;
      }
      if (after === undefined) return keptBytes;
      if (room < wireBytes) this.meter.conflictingBytes += conflicts(after, sequence, bytes);
      from = Math.max(from, (after.sequence + after.wireBytes - sequence) | 0);
      index += 1;
    }
    return keptBytes;
  }

  #keepPiece(index: number, sequence: number, bytes: Uint8Array, wireBytes: number, atUs: number): void {
    const piece: HeldPiece = { sequence, bytes, wireBytes, atUs };
    if (this.#held.length === 0) this.#held = [];
    if (index === this.#held.length) this.#held.push(piece);
    else this.#held.splice(index, 0, piece);
    this.#heldBytes += bytes.length + pieceOverheadBytes;
    this.#totals.bufferedBytes += bytes.length + pieceOverheadBytes;
  }

  /** Tells the held pieces that follow on without a hole. `fillUs`: when the hole before them was filled, or 0. */
  #drain(fillUs: number): void {
    let count = 0;
    while (count < this.#held.length) {
      const piece = this.#held[count] as HeldPiece;
      if (piece.sequence !== this.#next) break;
      count += 1;
      this.#heldBytes -= piece.bytes.length + pieceOverheadBytes;
      this.#totals.bufferedBytes -= piece.bytes.length + pieceOverheadBytes;
      this.#deliver(piece.bytes, piece.wireBytes, Math.max(piece.atUs, fillUs));
    }
    if (count === this.#held.length) this.#held = nothingHeld;
    else if (count > 0) this.#held.splice(0, count);
  }

  #endWhenComplete(atUs: number): void {
    if (!this.#finSeen || this.#ended || this.#held.length > 0) return;
    if (((this.#finSequence - this.#next) | 0) > 0) return;
    this.#ended = true;
    this.#listener?.ended(this.#side, atUs);
  }
}

/** How many bytes a held piece and the same stretch sent again have differently. */
function conflicts(held: HeldPiece, sequence: number, bytes: Uint8Array): number {
  const offset = (held.sequence - sequence) | 0;
  let count = 0;
  const end = Math.min(bytes.length, offset + held.bytes.length);
  for (let at = Math.max(0, offset); at < end; at += 1) if (bytes[at] !== held.bytes[at - offset]) count += 1;
  return count;
}
