import { CaptureError } from './capture-error.ts';
import { ChunkBuffer } from './chunk-buffer.ts';
import type { CaptureLimits } from './limits.ts';
import type { Packet } from './packet.ts';
import type { CaptureSecrets, PacketReader } from './types.ts';

const fileHeaderBytes = 24;
const recordHeaderBytes = 16;

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
  #linkType = -1;

  // The record whose header was read while its packet was not there yet.
  #inRecord = false;
  #atUs = 0;
  #capturedBytes = 0;
  #originalBytes = 0;

  constructor(flavour: PcapFlavour, limits: CaptureLimits) {
    this.#flavour = flavour;
    this.#limits = limits;
  }

  push(chunk: Uint8Array): void {
    this.#buffer.push(chunk);
  }

  next(packet: Packet): boolean {
    if (this.#linkType < 0 && !this.#readFileHeader()) return false;
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

  end(): void {
    if (!this.#inRecord && this.#linkType >= 0 && this.#buffer.available === 0) return;
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
    const { bytes, at, offset } = buffer;
    const seconds = this.#uint32(bytes, at);
    const fraction = this.#uint32(bytes, at + 4);
    this.#capturedBytes = this.#uint32(bytes, at + 8);
    this.#originalBytes = this.#uint32(bytes, at + 12);
    buffer.consume(recordHeaderBytes);
    if (this.#capturedBytes > this.#limits.packetBytesMax) {
      throw new CaptureError(
        'KS_CAPTURE_DAMAGED',
        `the packet record at byte ${offset} claims ${this.#capturedBytes} captured bytes (at most ${this.#limits.packetBytesMax} are possible): the file is damaged there and reading stops; everything before it was read`,
        { offset },
      );
    }
    this.#atUs = seconds * 1_000_000 + (this.#flavour.nanoseconds ? Math.floor(fraction / 1000) : fraction);
    this.#inRecord = true;
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
