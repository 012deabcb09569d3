import { FieldKind, fixedBytes } from './field-kind.ts';
import type { FieldPlan, StructPlan } from './plan.ts';

/** Where a walk stands: it needs more bytes, stands behind the watched tag number, is through, or cannot go on. */
export type StreamWalkState = 'more' | 'tag' | 'done' | 'malformed';

/** What the number being read, byte by byte, is for. */
const Want = {
  Nothing: 0,
  TagCount: 1,
  TagNumber: 2,
  TagSize: 3,
  StringLength: 4,
  BytesLength: 5,
  ArrayCount: 6,
  StructMarker: 7,
} as const;
type Want = (typeof Want)[keyof typeof Want];

/** Deepest nesting of structs and arrays; schemas stay far below. */
const levelsMax = 32;

const uvarintBytesMax = 5;

/**
 * Walks a message while it streams by, in pieces cut anywhere, and stops behind the number of one top-level tagged
 * field. It remembers where it is on an explicit stack of levels, not bytes: a response of any size costs the same
 * few words. One level is a struct (its next field), an array (elements left) or the tagged fields of a struct
 * (fields left).
 */
export class StreamWalk {
  /** Where in the piece the last `feed` stopped. */
  at = 0;
  /** Bytes that make up the watched tag number, known in state `tag`. */
  tagBytes = 0;
  readonly #watchedTag: number;
  #left: number;

  readonly #structs: (StructPlan | null)[] = [];
  readonly #elements: (FieldPlan | null)[] = [];
  readonly #counters: number[] = [];
  #depth = 0;

  #skip = 0;
  #want: Want = Want.Nothing;
  #field: FieldPlan | null = null;
  /** Bytes of a big-endian number still to come; 0 while a uvarint is read. */
  #fixedLeft = 0;
  #fixedWidth = 0;
  #value = 0;
  #valueBytes = 0;
  #malformed = false;

  /** `payloadBytes`: size of the payload, which no field may go beyond. */
  constructor(header: StructPlan, body: StructPlan, watchedTag: number, payloadBytes: number) {
    this.#watchedTag = watchedTag;
    this.#left = payloadBytes;
    this.#push(body, null, 0);
    this.#push(header, null, 0);
  }

  /** Walks on over `bytes` from `start` to `end`; in state `tag` it is fed again from `at`. */
  feed(bytes: Uint8Array, start: number, end: number): StreamWalkState {
    this.at = start;
    const stop = Math.min(end, start + this.#left);
    while (!this.#malformed) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, stop - this.at);
        this.#take(skipped);
        this.#skip -= skipped;
        if (this.#skip > 0) return 'more';
      } else if (this.#want !== Want.Nothing) {
        if (!this.#readNumber(bytes, stop)) return this.#malformed ? 'malformed' : 'more';
        if (this.#numberRead()) return 'tag';
      } else if (this.#depth === 0) {
        return 'done';
      } else {
        this.#advance();
      }
    }
    return 'malformed';
  }

  #take(bytes: number): void {
    this.at += bytes;
    this.#left -= bytes;
  }

  #push(struct: StructPlan | null, element: FieldPlan | null, counter: number): void {
    if (this.#depth >= levelsMax) {
      this.#malformed = true;
      return;
    }
    this.#structs[this.#depth] = struct;
    this.#elements[this.#depth] = element;
    this.#counters[this.#depth] = counter;
    this.#depth += 1;
  }

  /** Begins the next field, element or tag of the innermost level, or leaves the level. */
  #advance(): void {
    const level = this.#depth - 1;
    const struct = this.#structs[level] ?? null;
    const element = this.#elements[level] ?? null;
    const counter = this.#counters[level] ?? 0;
    if (struct !== null) {
      const field = struct.fields[counter];
      this.#counters[level] = counter + 1;
      if (field !== undefined) {
        this.#begin(field);
        return;
      }
      this.#depth -= 1;
      if (struct.flexible) this.#wantUvarint(Want.TagCount);
      return;
    }
    if (counter === 0) {
      this.#depth -= 1;
      return;
    }
    this.#counters[level] = counter - 1;
    if (element === null) this.#wantUvarint(Want.TagNumber);
    else this.#begin(element);
  }

  #begin(field: FieldPlan): void {
    const width = fixedBytes[field.kind] ?? 0;
    this.#field = field;
    if (width > 0) {
      this.#need(width);
    } else if (field.kind === FieldKind.String) {
      this.#wantLength(Want.StringLength, field.compact, 2);
    } else if (field.kind === FieldKind.Bytes || field.kind === FieldKind.Records) {
      this.#wantLength(Want.BytesLength, field.compact, 4);
    } else if (field.kind === FieldKind.Array) {
      this.#wantLength(Want.ArrayCount, field.compact, 4);
    } else if (field.nullable) {
      this.#wantLength(Want.StructMarker, false, 1);
    } else {
      this.#push(field.struct, null, 0);
    }
  }

  /** Skips bytes that the payload must still hold. */
  #need(bytes: number): void {
    if (bytes > this.#left) this.#malformed = true;
    else this.#skip = bytes;
  }

  #wantUvarint(want: Want): void {
    this.#want = want;
    this.#fixedLeft = 0;
    this.#fixedWidth = 0;
    this.#value = 0;
    this.#valueBytes = 0;
  }

  #wantLength(want: Want, compact: boolean, width: number): void {
    this.#wantUvarint(want);
    if (compact) return;
    this.#fixedLeft = width;
    this.#fixedWidth = width;
  }

  /** Reads on at the number wanted; true when it is whole. */
  #readNumber(bytes: Uint8Array, stop: number): boolean {
    while (this.at < stop) {
      const byte = bytes[this.at] ?? 0;
      this.#take(1);
      this.#valueBytes += 1;
      if (this.#fixedWidth > 0) {
        this.#value = (this.#value << 8) | byte;
        this.#fixedLeft -= 1;
        if (this.#fixedLeft === 0) {
          const shift = 32 - 8 * this.#fixedWidth;
          this.#value = (this.#value << shift) >> shift;
          return true;
        }
      } else {
        this.#value += (byte & 0x7f) * 2 ** (7 * (this.#valueBytes - 1));
        if (byte < 0x80) return true;
        if (this.#valueBytes === uvarintBytesMax) this.#malformed = true;
        if (this.#malformed) return false;
      }
    }
    if (this.#left === 0) this.#malformed = true;
    return false;
  }

  /** Acts on a number; true when it is the watched tag at the top level of the body. */
  #numberRead(): boolean {
    const want = this.#want;
    const length = this.#fixedWidth > 0 ? this.#value : this.#value - 1;
    this.#want = Want.Nothing;
    switch (want) {
      case Want.TagCount:
        if (this.#value > this.#left) this.#malformed = true;
        else this.#push(null, null, this.#value);
        return false;
      case Want.TagNumber: {
        const watched = this.#depth === 1 && this.#value === this.#watchedTag;
        this.tagBytes = this.#valueBytes;
        this.#wantUvarint(Want.TagSize);
        return watched;
      }
      case Want.TagSize:
        this.#need(this.#value);
        return false;
      case Want.ArrayCount:
        this.#beginArray(Math.max(length, 0));
        return false;
      case Want.StructMarker:
        if (this.#value >= 0) this.#push(this.#field?.struct ?? null, null, 0);
        return false;
      default:
        this.#need(Math.max(length, 0));
        return false;
    }
  }

  #beginArray(count: number): void {
    const element = this.#field?.element ?? null;
    if (element === null || count > this.#left) {
      this.#malformed = true;
      return;
    }
    const width = fixedBytes[element.kind] ?? 0;
    if (width > 0) this.#need(width * count);
    else this.#push(null, element, count);
  }
}
