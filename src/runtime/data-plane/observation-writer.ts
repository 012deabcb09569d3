import type { TrafficEvent } from '../../exchange/event.ts';
import type { EngineInput, Segment, Side, Skipped } from '../../wire/segment.ts';
import { ByteRing } from './byte-ring.ts';
import { entryKind, segmentHeadBytes, segmentPieceBytes, skippedBytes } from './observation-entry.ts';

/** Filled less than this, the ring has room for every exchange; more than the second, for none. The rest is for what is under way. */
const roomForAllShare = 1 / 8;
const roomForNoneShare = 1 / 2;

/** Rare inputs (connections, events) that wait for room in the ring; those that come on top are lost, and counted. */
export const waitingMax = 65_536;

/** Longest pause of the data path for the sake of `--inspect all`; behind a reader that stands still it goes on without. */
const waitMsMax = 10_000;

/** What did not reach the reader. */
export interface LostObservations {
  readonly bytes: number;
  readonly inputs: number;
}

/**
 * Writes what a data-plane thread observed into a ring. A full ring never delays traffic: bytes that do not fit become
 * a gap of that direction, which the inspector knows how to go on behind; everything rare waits its turn. Only where
 * everything must be looked at (`waits`) the thread stands still until there is room.
 */
export class ObservationWriter {
  readonly #ring: ByteRing;
  readonly #wake: () => void;
  readonly #waits: boolean;
  readonly #waiting: Uint8Array[] = [];
  /** Bytes lost since the last ones that were written, by connection and side. */
  readonly #gaps = { client: new Map<number, number>(), broker: new Map<number, number>() };
  readonly #pieceBytes: number;
  #lostBytes = 0;
  #lostInputs = 0;

  /** `wake` is called after each entry: it rings where the reader sleeps. */
  constructor(memory: SharedArrayBuffer, wake: () => void, options: { readonly waits: boolean }) {
    this.#ring = new ByteRing(memory);
    this.#wake = wake;
    this.#waits = options.waits;
    this.#pieceBytes = Math.min(segmentPieceBytes, this.#ring.capacity / 4);
  }

  /** Share of the exchanges there is room for now, 0 … 1. */
  get room(): number {
    if (this.#waiting.length > 0) return 0;
    const filled = this.#ring.used / this.#ring.capacity;
    if (filled <= roomForAllShare) return 1;
    return Math.max(0, (roomForNoneShare - filled) / (roomForNoneShare - roomForAllShare));
  }

  get lost(): LostObservations {
    return { bytes: this.#lostBytes, inputs: this.#lostInputs };
  }

  /** Rare inputs that wait for room. */
  get waiting(): number {
    return this.#waiting.length;
  }

  receive(input: EngineInput): void {
    if (input.kind === 'segment') this.#segment(input);
    else if (input.kind === 'skipped') this.#skipped(input);
    else {
      if (input.kind === 'closed') {
        this.#gaps.client.delete(input.connection);
        this.#gaps.broker.delete(input.connection);
      }
      this.#rare(entryKind.input, input);
    }
  }

  event(event: TrafficEvent): void {
    this.#rare(entryKind.event, event);
  }

  /** Writes what waited, as far as there is room; to be called now and then, and before the end. */
  flush(): void {
    let written = 0;
    for (const text of this.#waiting) {
      if (!this.#put(text)) break;
      written += 1;
    }
    if (written > 0) this.#waiting.splice(0, written);
  }

  #segment({ connection, from, atUs, bytes, forwardedUs }: Segment): void {
    const pieceBytes = this.#pieceBytes;
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      const end = Math.min(bytes.length, at + pieceBytes);
      if (!this.#closeGap(connection, from, atUs) || !this.#reserve(segmentHeadBytes + end - at)) {
        this.#lose(connection, from, bytes.length - at);
        return;
      }
      const { view, at: start } = this.#ring;
      view.setUint32(start, from === 'client' ? entryKind.clientBytes : entryKind.brokerBytes, true);
      view.setFloat64(start + 4, connection, true);
      view.setFloat64(start + 12, atUs, true);
      view.setFloat64(start + 20, forwardedUs ?? Number.NaN, true);
      this.#ring.bytes.set(
        at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end),
        start + segmentHeadBytes,
      );
      this.#publish();
    }
  }

  #skipped({ connection, from, atUs, frames, bytes }: Skipped): void {
    if (!this.#closeGap(connection, from, atUs) || !this.#reserve(skippedBytes)) {
      this.#lose(connection, from, bytes);
      return;
    }
    const { view, at: start } = this.#ring;
    view.setUint32(start, from === 'client' ? entryKind.clientSkipped : entryKind.brokerSkipped, true);
    view.setFloat64(start + 4, connection, true);
    view.setFloat64(start + 12, atUs, true);
    view.setFloat64(start + 20, frames, true);
    view.setFloat64(start + 28, bytes, true);
    this.#publish();
  }

  /** Everything without bytes: plain data as JSON. */
  #rare(kind: number, value: EngineInput | TrafficEvent): void {
    const text = Buffer.from(JSON.stringify(value), 'utf8');
    const entry = new Uint8Array(4 + text.length);
    new DataView(entry.buffer).setUint32(0, kind, true);
    entry.set(text, 4);
    this.flush();
    if (this.#waiting.length === 0 && this.#put(entry)) return;
    if (this.#waiting.length >= waitingMax || entry.length > this.#ring.capacity / 4) this.#lostInputs += 1;
    else this.#waiting.push(entry);
  }

  #put(entry: Uint8Array): boolean {
    if (!this.#reserve(entry.length)) return false;
    this.#ring.bytes.set(entry, this.#ring.at);
    this.#publish();
    return true;
  }

  #reserve(size: number): boolean {
    if (this.#ring.reserve(size)) return true;
    if (!this.#waits) return false;
    for (let waitedMs = 0; waitedMs < waitMsMax; waitedMs += 100) {
      this.#wake();
      this.#ring.waitForRoom(100);
      if (this.#ring.reserve(size)) return true;
    }
    return false;
  }

  #publish(): void {
    this.#ring.publish();
    this.#wake();
  }

  /** Tells of bytes that were lost before these; false while there is no room for that either. */
  #closeGap(connection: number, from: Side, atUs: number): boolean {
    if (this.#waiting.length > 0) {
      this.flush();
      // What waits comes first: these bytes may belong to a connection the reader has not heard of.
      if (this.#waiting.length > 0) return false;
    }
    const gaps = this.#gaps[from];
    if (gaps.size === 0) return true;
    const missingBytes = gaps.get(connection);
    if (missingBytes === undefined) return true;
    // Not with the first free byte: that would make one gap after the other.
    if (this.#ring.used > this.#ring.capacity * roomForNoneShare) return false;
    const entry = Buffer.from(`....${JSON.stringify({ kind: 'gap', connection, from, atUs, missingBytes })}`);
    entry.writeUInt32LE(entryKind.input);
    if (!this.#put(entry)) return false;
    gaps.delete(connection);
    return true;
  }

  #lose(connection: number, from: Side, bytes: number): void {
    const gaps = this.#gaps[from];
    gaps.set(connection, (gaps.get(connection) ?? 0) + bytes);
    this.#lostBytes += bytes;
  }
}
