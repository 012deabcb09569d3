import { CaptureError } from './capture-error.ts';
import { ChunkBuffer } from './chunk-buffer.ts';
import { stepBehindDamage } from './damage-search.ts';
import { DamageTally } from './damage-tally.ts';
import type { HostNames } from './host-names.ts';
import type { CaptureLimits, LimitCounter } from './limits.ts';
import type { Packet } from './packet.ts';
import { microsecondResolution, TimestampResolution } from './timestamp-resolution.ts';
import type { CaptureSecrets, PacketReader } from './types.ts';

/** Block type of a section header; the same in both byte orders. */
export const sectionHeaderBlock = 0x0a0d0d0a;

const interfaceBlock = 0x00000001;
const oldPacketBlock = 0x00000002;
const simplePacketBlock = 0x00000003;
const enhancedPacketBlock = 0x00000006;
const secretsBlock = 0x0000000a;

const nameBlock = 0x00000004;
const statisticsBlock = 0x00000005;

const byteOrderMagic = 0x1a2b3c4d;
const byteOrderMagicSwapped = 0x4d3c2b1a;
/** Behind a damage only packets up to the usual snaplen are looked for, since any number could be a length. */
const searchedBlockBytesMax = 262_144 + 4_096;
const blockHeaderBytes = 8;
const blockTrailerBytes = 4;
/** Where the packet begins in an enhanced and in an old packet block. */
const packetDataAt = 28;
/** Room for the options around a packet of `packetBytesMax`. */
const blockOverheadBytesMax = 1_048_576;

const optionEnd = 0;
const optionTimestampResolution = 9;
const optionTimestampOffset = 14;

interface CaptureInterface {
  readonly linkType: number;
  readonly snaplenBytes: number;
  readonly resolution: TimestampResolution;
}

/**
 * pcapng (draft-ietf-opsawg-pcapng): sections of blocks. Each section has its own byte order and interfaces, each
 * interface its own link type and clock. Blocks we do not know are stepped over without being held.
 */
export class PcapngFile implements PacketReader {
  readonly secrets: CaptureSecrets[] = [];
  readonly #buffer = new ChunkBuffer();
  readonly #limits: CaptureLimits;
  readonly #counter: LimitCounter;
  readonly #names: HostNames;
  #littleEndian = false;
  #inSection = false;
  #interfaces: CaptureInterface[] = [];
  #secretsBytes = 0;
  #lastUs = 0;
  /** Bytes of an uninteresting block still to be stepped over. */
  #skipBytes = 0;
  readonly #damage: DamageTally;
  /** The file contradicted itself: looks for the next block. */
  #searching = false;
  /** No more bytes will come: a length beyond the end is no block's. */
  #finishing = false;

  constructor(limits: CaptureLimits, counter: LimitCounter, names: HostNames) {
    this.#names = names;
    this.#limits = limits;
    this.#counter = counter;
    this.#damage = new DamageTally(limits.damagedPlacesMax, counter);
  }

  push(chunk: Uint8Array): void {
    this.#buffer.push(chunk);
  }

  next(packet: Packet): boolean {
    for (;;) {
      if (this.#searching && !this.#search()) return false;
      try {
        return this.#next(packet);
      } catch (error) {
        if (!(error instanceof CaptureError) || error.code !== 'KS_CAPTURE_DAMAGED' || !this.#inSection) throw error;
        this.#damage.found(error);
        this.#damage.skipped(this.#buffer.skip(1));
        this.#searching = true;
      }
    }
  }

  #next(packet: Packet): boolean {
    for (;;) {
      if (this.#skipBytes > 0) {
        this.#skipBytes -= this.#buffer.skip(this.#skipBytes);
        if (this.#skipBytes > 0) return false;
      }
      const buffer = this.#buffer;
      if (!buffer.holds(blockHeaderBytes)) return false;
      const type = this.#uint32(buffer.bytes, buffer.at);
      if (type === sectionHeaderBlock) {
        if (!this.#readSection()) return false;
        continue;
      }
      const blockBytes = this.#blockBytes(buffer.bytes, buffer.at);
      // Names are worth no damage: a block of them that nobody can hold is stepped over.
      const heldBytesMax = this.#limits.packetBytesMax + blockOverheadBytesMax;
      const tooManyNames = type === nameBlock && blockBytes > heldBytesMax;
      if (tooManyNames) this.#counter.reached('hostNamesMax');
      if (!isRead(type) || tooManyNames) {
        this.#skipBytes = blockBytes;
        continue;
      }
      if (blockBytes > heldBytesMax) {
        this.#counter.reached('packetBytesMax');
        throw this.#damaged(`the block claims ${blockBytes} bytes`);
      }
      if (!buffer.holds(blockBytes)) return false;
      if (this.#uint32(buffer.bytes, buffer.at + blockBytes - blockTrailerBytes) !== blockBytes) {
        throw this.#damaged('the two lengths of the block differ');
      }
      const found =
        type === enhancedPacketBlock
          ? this.#readEnhancedPacket(buffer.bytes, buffer.at, blockBytes, packet)
          : this.#readBlock(type, buffer.bytes.subarray(buffer.at, buffer.at + blockBytes), packet);
      buffer.consume(blockBytes);
      if (found) return true;
    }
  }

  settle(): void {
    this.#buffer.settle();
  }

  finish(): void {
    this.#finishing = true;
  }

  end(): void {
    if (this.#searching || (this.#inSection && this.#skipBytes === 0 && this.#buffer.available === 0)) {
      this.#damage.skipped(this.#buffer.available);
      this.#damage.tell(this.#searching);
      return;
    }
    const offset = this.#buffer.offset + this.#buffer.available;
    throw new CaptureError(
      'KS_CAPTURE_TRUNCATED',
      `the capture ends inside a block, at byte ${offset}: everything before it was read; copy the file again or let the capturing program finish`,
      { offset },
    );
  }

  /** Steps on to the next block whose two lengths agree; false while more bytes are needed to tell. */
  #search(): boolean {
    const found = stepBehindDamage(this.#buffer, this.#damage, blockHeaderBytes, () => this.#beginsBlock());
    if (found) this.#searching = false;
    return found;
  }

  #beginsBlock(): boolean | null {
    const buffer = this.#buffer;
    const type = this.#uint32(buffer.bytes, buffer.at);
    const isSection = type === sectionHeaderBlock;
    if (!isSection && !isRead(type) && type !== statisticsBlock) return false;
    // A new section may have another byte order; its own length is read once that is known.
    if (isSection) {
      if (!buffer.holdsWide(blockHeaderBytes + blockTrailerBytes)) return this.#finishing ? false : null;
      const magic = this.#uint32(buffer.bytes, buffer.at + 8);
      return magic === byteOrderMagic || magic === byteOrderMagicSwapped;
    }
    const blockBytes = this.#uint32(buffer.bytes, buffer.at + 4);
    if (blockBytes < blockHeaderBytes + blockTrailerBytes || blockBytes % 4 !== 0) return false;
    if (blockBytes > searchedBlockBytesMax) return false;
    if (!buffer.holdsWide(blockBytes)) return this.#finishing ? false : null;
    return this.#uint32(buffer.bytes, buffer.at + blockBytes - blockTrailerBytes) === blockBytes;
  }

  /** The section header tells the byte order of everything in its section, its own length included. */
  #readSection(): boolean {
    const start = this.#buffer.peek(12);
    if (start === null) return false;
    this.#littleEndian = false;
    if (this.#uint32(start, 8) !== byteOrderMagic) {
      this.#littleEndian = true;
      if (this.#uint32(start, 8) !== byteOrderMagic) throw this.#damaged('the section has no byte-order magic');
    }
    const blockBytes = this.#blockBytes(start, 0);
    if (blockBytes < 28 || blockBytes > blockOverheadBytesMax) {
      throw this.#damaged(`the section header claims ${blockBytes} bytes`);
    }
    const block = this.#buffer.peek(blockBytes);
    if (block === null) return false;
    const major = this.#uint16(block, 12);
    if (major !== 1) {
      throw new CaptureError(
        'KS_CAPTURE_UNSUPPORTED',
        `pcapng version ${major}.${this.#uint16(block, 14)} is not known here (1.x is): convert the file with \`editcap -F pcap\``,
        { offset: this.#buffer.offset },
      );
    }
    this.#interfaces = [];
    this.#inSection = true;
    this.#buffer.skip(blockBytes);
    return true;
  }

  #blockBytes(bytes: Uint8Array, at: number): number {
    const claimed = this.#uint32(bytes, at + 4);
    if (claimed < blockHeaderBytes + blockTrailerBytes || claimed % 4 !== 0) {
      throw this.#damaged(`the block claims ${claimed} bytes`);
    }
    return claimed;
  }

  /** True when the block held a packet. */
  #readBlock(type: number, block: Uint8Array, packet: Packet): boolean {
    switch (type) {
      case oldPacketBlock:
        this.#require(block.length, packetDataAt);
        return this.#readPacket(block, 0, block.length, packet, this.#uint16(block, 8));
      case simplePacketBlock:
        return this.#readSimplePacket(block, packet);
      case interfaceBlock:
        this.#readInterface(block);
        return false;
      case nameBlock:
        this.#names.read(block, blockHeaderBytes, block.length - blockTrailerBytes, this.#littleEndian);
        return false;
      default:
        this.#keepSecrets(block);
        return false;
    }
  }

  #readEnhancedPacket(bytes: Uint8Array, at: number, blockBytes: number, packet: Packet): boolean {
    this.#require(blockBytes, packetDataAt);
    return this.#readPacket(bytes, at, blockBytes, packet, this.#uint32(bytes, at + 8));
  }

  /** Enhanced and old packet blocks share timestamp, captured and original length; the block begins at `at`. */
  #readPacket(bytes: Uint8Array, at: number, blockBytes: number, packet: Packet, interfaceId: number): boolean {
    const source = this.#interface(interfaceId);
    const capturedBytes = this.#uint32(bytes, at + 20);
    if (capturedBytes > blockBytes - blockTrailerBytes - packetDataAt || capturedBytes > this.#limits.packetBytesMax) {
      if (capturedBytes > this.#limits.packetBytesMax) this.#counter.reached('packetBytesMax');
      throw this.#damaged(`its packet claims ${capturedBytes} captured bytes in a block of ${blockBytes}`);
    }
    this.#lastUs = source.resolution.toUs(this.#uint32(bytes, at + 12), this.#uint32(bytes, at + 16));
    const start = at + packetDataAt;
    const originalBytes = this.#uint32(bytes, at + 24);
    packet.reset(bytes, source.linkType, this.#lastUs, originalBytes, start, start + capturedBytes);
    return true;
  }

  /** A simple packet block has neither clock nor captured length: interface 0, the time of the packet before. */
  #readSimplePacket(block: Uint8Array, packet: Packet): boolean {
    this.#require(block.length, 12);
    const source = this.#interface(0);
    const originalBytes = this.#uint32(block, 8);
    const roomBytes = block.length - blockTrailerBytes - 12;
    const snaplenBytes = source.snaplenBytes === 0 ? originalBytes : source.snaplenBytes;
    const capturedBytes = Math.min(originalBytes, snaplenBytes, roomBytes);
    packet.reset(block.subarray(12, 12 + capturedBytes), source.linkType, this.#lastUs, originalBytes);
    return true;
  }

  #interface(id: number): CaptureInterface {
    const source = this.#interfaces[id];
    if (source === undefined) throw this.#damaged(`it names interface ${id}, which its section does not describe`);
    return source;
  }

  #readInterface(block: Uint8Array): void {
    this.#require(block.length, 16);
    if (this.#interfaces.length >= this.#limits.interfacesMax) {
      this.#counter.reached('interfacesMax');
      throw this.#damaged(`its section describes more than ${this.#limits.interfacesMax} interfaces`);
    }
    let resolution = 6;
    let offsetSeconds = 0n;
    let at = 16;
    const end = block.length - blockTrailerBytes;
    while (at + 4 <= end) {
      const code = this.#uint16(block, at);
      const length = this.#uint16(block, at + 2);
      at += 4;
      if (code === optionEnd || at + length > end) break;
      if (code === optionTimestampResolution && length >= 1) resolution = block[at] as number;
      if (code === optionTimestampOffset && length >= 8) offsetSeconds = this.#int64(block, at);
      at += (length + 3) & ~3;
    }
    const plain = resolution === 6 && offsetSeconds === 0n;
    this.#interfaces.push({
      linkType: this.#uint16(block, 8),
      snaplenBytes: this.#uint32(block, 12),
      resolution: plain ? microsecondResolution : new TimestampResolution(resolution, offsetSeconds),
    });
  }

  #keepSecrets(block: Uint8Array): void {
    this.#require(block.length, 16);
    const length = Math.min(this.#uint32(block, 12), block.length - blockTrailerBytes - 16);
    if (this.#secretsBytes + length > this.#limits.secretsBytesMax) {
      this.#counter.reached('secretsBytesMax');
      return;
    }
    this.#secretsBytes += length;
    this.secrets.push({ secretsType: this.#uint32(block, 8), bytes: block.slice(16, 16 + length) });
  }

  #require(blockBytes: number, bytes: number): void {
    if (blockBytes - blockTrailerBytes < bytes) throw this.#damaged(`the block of ${blockBytes} bytes is too short`);
  }

  #damaged(what: string): CaptureError {
    const offset = this.#buffer.offset;
    return new CaptureError(
      'KS_CAPTURE_DAMAGED',
      `the pcapng block at byte ${offset} is damaged (${what}) and reading stops; everything before it was read`,
      { offset },
    );
  }

  #uint16(bytes: Uint8Array, at: number): number {
    const low = bytes[at] as number;
    const high = bytes[at + 1] as number;
    return this.#littleEndian ? (high << 8) | low : (low << 8) | high;
  }

  #uint32(bytes: Uint8Array, at: number): number {
    const first = this.#uint16(bytes, at);
    const second = this.#uint16(bytes, at + 2);
    return (this.#littleEndian ? (second << 16) | first : (first << 16) | second) >>> 0;
  }

  #int64(bytes: Uint8Array, at: number): bigint {
    return new DataView(bytes.buffer, bytes.byteOffset + at, 8).getBigInt64(0, this.#littleEndian);
  }
}

function isRead(type: number): boolean {
  return (
    type === enhancedPacketBlock ||
    type === interfaceBlock ||
    type === simplePacketBlock ||
    type === oldPacketBlock ||
    type === nameBlock ||
    type === secretsBlock
  );
}
