import { FieldKind } from './field-kind.ts';
import { WalkFacts } from './walk-facts.ts';

const noBytes = new Uint8Array(0);

/**
 * Where a walk stands in a message, and the numbers it reads there. `at` becomes -1 at the first failure, which the
 * facts keep; whoever reads on checks it.
 */
export class WalkCursor {
  bytes: Uint8Array = noBytes;
  at = 0;
  end = 0;
  facts: WalkFacts = new WalkFacts();

  /** Stands before the first byte of a message; what fails is told to its facts. */
  begin(bytes: Uint8Array, facts: WalkFacts): void {
    this.bytes = bytes;
    this.at = 0;
    this.end = bytes.length;
    this.facts = facts;
  }

  /** Lets go of the message: the bytes are their owner's, and holding on to them would keep a read buffer alive. */
  release(): void {
    this.bytes = noBytes;
  }

  fail(reason: 'truncated' | 'malformed', offset: number, detail: string): void {
    if (this.at < 0) return;
    this.at = -1;
    this.facts.failReason = reason;
    this.facts.failOffset = offset;
    this.facts.failDetail = detail;
  }

  skip(count: number): void {
    if (count > this.end - this.at)
      this.fail('truncated', this.at, `needs ${count} bytes, ${this.end - this.at} are left`);
    else this.at += count;
  }

  /** Same rules as `Reader.uvarint`: at most five bytes, at most 31 bits. */
  uvarint(): number {
    const start = this.at;
    const first = this.bytes[start] ?? 0;
    if (start < this.end && first < 0x80) {
      this.at = start + 1;
      return first;
    }
    let value = 0;
    for (let shift = 0; shift <= 28; shift += 7) {
      if (this.at >= this.end) {
        this.fail('truncated', start, 'the varint is cut off');
        return 0;
      }
      const byte = this.bytes[this.at] ?? 0;
      value |= (byte & 0x7f) << shift;
      this.at += 1;
      if (byte < 0x80) {
        if (shift === 28 && byte > 0x07) break;
        return value;
      }
    }
    this.fail('malformed', start, 'the varint does not fit 31 bits');
    return 0;
  }

  /** A length of any field; -1 for a legal null, -2 after a failure. */
  length(compact: boolean, nullable: boolean, wide: boolean): number {
    const start = this.at;
    let length: number;
    if (compact) {
      length = this.uvarint() - 1;
    } else {
      this.skip(wide ? 4 : 2);
      length = this.at < 0 ? -1 : wide ? this.int32(start) : this.int16(start);
    }
    if (this.at < 0) return -2;
    if (length >= 0) return length;
    if (nullable) return -1;
    this.fail('malformed', start, 'null, where the schema allows no null');
    return -2;
  }

  int16(at: number): number {
    return (((this.bytes[at] ?? 0) << 24) >> 16) | (this.bytes[at + 1] ?? 0);
  }

  int32(at: number): number {
    const bytes = this.bytes;
    return ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
  }

  small(kind: number, at: number): number {
    if (kind === FieldKind.Int16) return this.int16(at);
    return kind === FieldKind.Int8 ? ((this.bytes[at] ?? 0) << 24) >> 24 : this.int32(at);
  }
}
