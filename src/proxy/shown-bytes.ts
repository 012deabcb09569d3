import type { ConnectionId, EngineInput, Side } from '../wire/segment.ts';
import type { LookedRanges, SkippedBefore } from './looked-ranges.ts';

/** A chunk that was read, and what happened to it. */
export interface Chunk {
  readonly bytes: Uint8Array;
  readonly atUs: number;
  /** Where a byte was overwritten before it went on, and what stood there. */
  readonly patchedAt: readonly number[];
  readonly patchedBytes: readonly number[];
}

/** Shows the inspector what is looked at of one connection, as its sender sent it: the ranges, around patched bytes. */
export class ShownBytes {
  readonly #connection: ConnectionId;
  readonly #receive: (input: EngineInput) => void;

  constructor(connection: ConnectionId, receive: (input: EngineInput) => void) {
    this.#connection = connection;
    this.#receive = receive;
  }

  /** Shows a chunk that was handed on at `forwardedUs`. */
  show(from: Side, chunk: Chunk, looked: LookedRanges, forwardedUs: number): void {
    const { bytes, atUs } = chunk;
    if (chunk.patchedAt.length === 0 && looked.wholeOf(bytes.length)) {
      this.#segment(from, bytes, atUs, forwardedUs);
      return;
    }
    if (looked.prefix !== null) {
      this.skipped(from, looked.prefixBehind);
      this.#segment(from, looked.prefix, looked.prefixUs, null);
    }
    for (let range = 0; range < looked.count; range += 1) {
      this.skipped(from, looked.behind(range));
      this.#range(from, chunk, looked.fromOf(range), looked.toOf(range), forwardedUs);
    }
  }

  /** Tells what went by unseen. */
  skipped(from: Side, skipped: SkippedBefore | null): void {
    if (skipped === null) return;
    const { frames, bytes, atUs } = skipped;
    this.#receive({ kind: 'skipped', connection: this.#connection, from, atUs, frames, bytes });
  }

  #range(from: Side, chunk: Chunk, start: number, end: number, forwardedUs: number): void {
    const { bytes, atUs, patchedAt, patchedBytes } = chunk;
    let at = start;
    for (let index = 0; index < patchedAt.length; index += 1) {
      const patched = patchedAt[index] ?? 0;
      if (patched < at || patched >= end) continue;
      if (patched > at) this.#segment(from, bytes.subarray(at, patched), atUs, forwardedUs);
      this.#segment(from, Uint8Array.of(patchedBytes[index] ?? 0), atUs, forwardedUs);
      at = patched + 1;
    }
    if (at < end) {
      const whole = at === 0 && end === bytes.length;
      this.#segment(from, whole ? bytes : bytes.subarray(at, end), atUs, forwardedUs);
    }
  }

  #segment(from: Side, bytes: Uint8Array, atUs: number, forwardedUs: number | null): void {
    this.#receive({ kind: 'segment', connection: this.#connection, from, atUs, bytes, forwardedUs });
  }
}
