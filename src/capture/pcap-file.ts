import { CaptureError } from './capture-error.ts';
import { ChunkBuffer } from './chunk-buffer.ts';
import { stepBehindDamage } from './damage-search.ts';
import { DamageTally } from './damage-tally.ts';
import type { CaptureLimits, LimitCounter } from './limits.ts';
import type { Packet } from './packet.ts';
import type { CaptureSecrets, PacketReader } from './types.ts';

const fileHeaderBytes = 24;
const recordHeaderBytes = 16;

/** Behind a damage only packets up to the usual snaplen are looked for, since any number could be a length. */
const searchedPacketBytesMax = 262_144;
/** Records in a row that prove one another. */
const searchedRecords = 3;
/** How far apart in time they may be from each other, and the first of them from the last packet before the damage. */
const searchedSecondsMax = 86_400;
/** A step in time, forth or back, that makes a record doubtful: a month. Captures do pause, but not often so long. */
const doubtfulSecondsMin = 2_592_000;

/** The byte order and clock a classic pcap's magic number stands for. */
export interface PcapFlavour {
  readonly littleEndian: boolean;
  readonly nanoseconds: boolean;
}

/** The flavour of the first four bytes read big-endian; null when they begin no classic pcap. */
export function pcapFlavour(magic: number): PcapFlavour | null {
  switch (magic >>> 0) {
    case 0xa1b2c3d4:
      return { littleEndian: false, nanoseconds: false };
    case 0xd4c3b2a1:
      return { littleEndian: true, nanoseconds: false };
    case 0xa1b23c4d:
      return { littleEndian: false, nanoseconds: true };
    case 0x4d3cb2a1:
      return { littleEndian: true, nanoseconds: true };
    default:
      return null;
  }
}

/** Classic libpcap files (draft-ietf-opsawg-pcap): one header, then records of 16 bytes + packet. */
export class PcapFile implements PacketReader {
  readonly secrets: readonly CaptureSecrets[] = [];
  readonly #buffer = new ChunkBuffer();
  readonly #flavour: PcapFlavour;
  readonly #limits: CaptureLimits;
  readonly #counter: LimitCounter;
  #linkType = -1;

  // The record whose header was read while its packet was not there yet.
  #inRecord = false;
  #atUs = 0;
  #capturedBytes = 0;
  #originalBytes = 0;

  readonly #damage: DamageTally;
  /** The file contradicted itself: looks for the next records. */
  #searching = false;
  #lastSeconds = -1;
  /** No more bytes will come, so fewer records must prove each other. */
  #finishing = false;

  constructor(flavour: PcapFlavour, limits: CaptureLimits, counter: LimitCounter) {
    this.#flavour = flavour;
    this.#limits = limits;
    this.#counter = counter;
    this.#damage = new DamageTally(limits.damagedPlacesMax, counter);
  }

  push(chunk: Uint8Array): void {
    this.#buffer.push(chunk);
  }

  next(packet: Packet): boolean {
    if (this.#linkType < 0 && !this.#readFileHeader()) return false;
    if (this.#searching && !this.#search()) return false;
    if (!this.#inRecord && !this.#readRecordHeader()) return false;
    const buffer = this.#buffer;
    const capturedBytes = this.#capturedBytes;
    if (!buffer.holds(capturedBytes)) return false;
    this.#inRecord = false;
    const { bytes, at } = buffer;
    packet.reset(bytes, this.#linkType, this.#atUs, this.#originalBytes, at, at + capturedBytes);
    buffer.consume(capturedBytes);
    return true;
  }

  settle(): void {
    this.#buffer.settle();
  }

  finish(): void {
    this.#finishing = true;
  }

  end(): void {
    if (this.#searching || (!this.#inRecord && this.#linkType >= 0 && this.#buffer.available === 0)) {
      this.#damage.skipped(this.#buffer.available);
      this.#damage.tell(this.#searching);
      return;
    }
    throw new CaptureError(
      'KS_CAPTURE_TRUNCATED',
      `the capture ends inside a packet, at byte ${this.#buffer.offset + this.#buffer.available}: everything before it was read; copy the file again or let the capturing program finish`,
      { offset: this.#buffer.offset + this.#buffer.available },
    );
  }

  #readFileHeader(): boolean {
    const header = this.#buffer.take(fileHeaderBytes);
    if (header === null) return false;
    const major = this.#uint16(header, 4);
    if (major !== 2) {
      throw new CaptureError(
        'KS_CAPTURE_UNSUPPORTED',
        `pcap version ${major}.${this.#uint16(header, 6)} is not known here (2.x is): convert the file with \`editcap -F pcap\``,
        { offset: 4 },
      );
    }
    // The upper half of the field holds the FCS length and flags, not the type.
    this.#linkType = this.#uint32(header, 20) & 0xffff;
    return true;
  }

  #readRecordHeader(): boolean {
    const buffer = this.#buffer;
    if (!buffer.holds(recordHeaderBytes)) return false;
    const { bytes, at } = buffer;
    const seconds = this.#uint32(bytes, at);
    const fraction = this.#uint32(bytes, at + 4);
    this.#capturedBytes = this.#uint32(bytes, at + 8);
    this.#originalBytes = this.#uint32(bytes, at + 12);
    if (this.#isImpossible(seconds, fraction)) {
      if (this.#capturedBytes > this.#limits.packetBytesMax) this.#counter.reached('packetBytesMax');
      this.#damage.found(this.#impossibleRecord(buffer.offset));
      this.#searching = true;
      return this.#search() && this.#readRecordHeader();
    }
    buffer.consume(recordHeaderBytes);
    this.#lastSeconds = seconds;
    this.#atUs = seconds * 1_000_000 + (this.#flavour.nanoseconds ? Math.floor(fraction / 1000) : fraction);
    this.#inRecord = true;
    return true;
  }

  /** A length no packet has, or two other signs that these bytes were no record header when they were written. */
  #isImpossible(seconds: number, fraction: number): boolean {
    const capturedBytes = this.#capturedBytes;
    if (capturedBytes > this.#limits.packetBytesMax) return true;
    let signs = 0;
    if (fraction >= (this.#flavour.nanoseconds ? 1_000_000_000 : 1_000_000)) signs += 1;
    if (capturedBytes > this.#originalBytes) signs += 1;
    if (this.#originalBytes > this.#limits.packetBytesMax) signs += 1;
    if (this.#lastSeconds >= 0 && Math.abs(seconds - this.#lastSeconds) > doubtfulSecondsMin) signs += 1;
    return signs >= 2;
  }

  #impossibleRecord(offset: number): CaptureError {
    const claim =
      this.#capturedBytes > this.#limits.packetBytesMax
        ? `claims ${this.#capturedBytes} captured bytes (at most ${this.#limits.packetBytesMax} are possible)`
        : 'has no possible time and lengths';
    return new CaptureError(
      'KS_CAPTURE_DAMAGED',
      `the packet record at byte ${offset} ${claim}: the file is damaged there and reading stops; everything before it was read`,
      { offset },
    );
  }

  /** Steps on to where records follow one another again; false while more bytes are needed to tell. */
  #search(): boolean {
    const found = stepBehindDamage(this.#buffer, this.#damage, recordHeaderBytes, () => this.#beginsRecords());
    if (found) this.#searching = false;
    return found;
  }

  /** Whether records begin at the next byte, each leading to another; null when more bytes are needed to tell. */
  #beginsRecords(): boolean | null {
    const buffer = this.#buffer;
    let length = 0;
    let seconds = this.#lastSeconds;
    for (let record = 0; record < searchedRecords; record += 1) {
      if (!buffer.holdsWide(length + recordHeaderBytes))
        return this.#finishing ? record > 0 && length === buffer.available : null;
      const at = buffer.at + length;
      const capturedBytes = this.#uint32(buffer.bytes, at + 8);
      const originalBytes = this.#uint32(buffer.bytes, at + 12);
      const recordSeconds = this.#uint32(buffer.bytes, at);
      const fractionMax = this.#flavour.nanoseconds ? 1_000_000_000 : 1_000_000;
      if (capturedBytes === 0 || capturedBytes > searchedPacketBytesMax || originalBytes < capturedBytes) return false;
      if (this.#uint32(buffer.bytes, at + 4) >= fractionMax || originalBytes > this.#limits.packetBytesMax)
        return false;
      if (seconds >= 0 && Math.abs(recordSeconds - seconds) > searchedSecondsMax) return false;
      seconds = recordSeconds;
      length += recordHeaderBytes + capturedBytes;
    }
    return true;
  }

  #uint16(bytes: Uint8Array, at: number): number {
    const low = bytes[at] as number;
    const high = bytes[at + 1] as number;
    return this.#flavour.littleEndian ? (high << 8) | low : (low << 8) | high;
  }

  #uint32(bytes: Uint8Array, at: number): number {
    const value = this.#flavour.littleEndian
      ? (bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24)
      : ((bytes[at] as number) << 24) |
        ((bytes[at + 1] as number) << 16) |
        ((bytes[at + 2] as number) << 8) |
        (bytes[at + 3] as number);
    return value >>> 0;
  }
}
