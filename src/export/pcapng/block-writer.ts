import type { NamedAddress } from './broker-names.ts';

/** Block types and option codes of draft-ietf-opsawg-pcapng. */
const blockType = { interface: 1, names: 4, interfaceStatistics: 5, enhancedPacket: 6, section: 0x0a0d0d0a } as const;
const optionCode = {
  end: 0,
  comment: 1,
  hardware: 2,
  os: 3,
  application: 4,
  interfaceName: 2,
  interfaceDescription: 3,
  timestampResolution: 9,
  received: 4,
  dropped: 5,
} as const;

const byteOrderMagic = 0x1a2b3c4d;
const sectionLengthUnknown = 0xffffffff;
/** Types of a record of names: of an IPv4 address, and of an IPv6 one. */
const ipv4Name = 1;
const ipv6Name = 2;
/** Timestamps count in 10⁻⁶ s, which every reader assumes anyway; it is stated nevertheless. */
const microseconds = 6;
const capacityAtStart = 256 * 1024;
const blockOverheadBytes = 12;
const packetHeaderBytes = 20;
const uint32Range = 0x1_0000_0000;

/** An option of a block: code and value. */
type BlockOption = readonly [code: number, value: Uint8Array];

/**
 * Writes pcapng blocks, little endian, into one growing buffer. Every method appends a whole block, so that whatever
 * is taken from here ends at the end of a block.
 */
export class BlockWriter {
  #bytes = new Uint8Array(capacityAtStart);
  #view = new DataView(this.#bytes.buffer);
  #words = new Uint32Array(this.#bytes.buffer);
  #length = 0;

  /** Bytes of the blocks written since `clear`. */
  get length(): number {
    return this.#length;
  }

  /** The blocks written since `clear`: a view that holds until the next block. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Begins again with nothing. */
  clear(): void {
    this.#length = 0;
  }

  /** The buffer, for whoever fills in a packet's bytes between `beginPacket` and `endPacket`. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  get view(): DataView {
    return this.#view;
  }

  /** The same buffer as 32-bit words in the order of this machine, for checksums. */
  get words(): Uint32Array {
    return this.#words;
  }

  /** A section header: who wrote the file, where, and what a reader should know of it. */
  section(facts: { hardware: string; os: string; application: string; comment: string }): void {
    const options: BlockOption[] = [
      [optionCode.hardware, Buffer.from(facts.hardware)],
      [optionCode.os, Buffer.from(facts.os)],
      [optionCode.application, Buffer.from(facts.application)],
      [optionCode.comment, Buffer.from(facts.comment)],
    ];
    const at = this.#begin(blockType.section, 16, options);
    this.#view.setUint32(at, byteOrderMagic, true);
    this.#view.setUint16(at + 4, 1, true);
    this.#view.setUint16(at + 6, 0, true);
    this.#view.setUint32(at + 8, sectionLengthUnknown, true);
    this.#view.setUint32(at + 12, sectionLengthUnknown, true);
    this.#end(at + 16, options);
  }

  /** The description of the one interface: link type, clock, no limit to the size of packets. */
  interface(linkType: number, name: string, description: string): void {
    const options: BlockOption[] = [
      [optionCode.interfaceName, Buffer.from(name)],
      [optionCode.interfaceDescription, Buffer.from(description)],
      [optionCode.timestampResolution, Uint8Array.of(microseconds)],
    ];
    const at = this.#begin(blockType.interface, 8, options);
    this.#view.setUint16(at, linkType, true);
    this.#view.setUint16(at + 2, 0, true);
    this.#view.setUint32(at + 4, 0, true);
    this.#end(at + 8, options);
  }

  /** Names of hosts (Name Resolution Block): addresses of 4 or 16 bytes, each with its name. */
  names(named: readonly NamedAddress[], comment: string | null): void {
    const options: BlockOption[] = comment === null ? [] : [[optionCode.comment, Buffer.from(comment)]];
    let bodyBytes = 4;
    for (const { address, name } of named) bodyBytes += 4 + ((address.length + name.length + 1 + 3) & ~3);
    let at = this.#begin(blockType.names, bodyBytes, options);
    this.#bytes.fill(0, at, at + bodyBytes);
    for (const { address, name } of named) {
      const valueBytes = address.length + name.length + 1;
      this.#view.setUint16(at, address.length === 4 ? ipv4Name : ipv6Name, true);
      this.#view.setUint16(at + 2, valueBytes, true);
      this.#bytes.set(address, at + 4);
      this.#bytes.set(Buffer.from(name, 'latin1'), at + 4 + address.length);
      at += 4 + ((valueBytes + 3) & ~3);
    }
    // Behind the last record stands one of type and length zero.
    this.#end(at + 4, options);
  }

  /**
   * Begins an enhanced packet block and returns where the packet's bytes go; they are zero, and so is the padding
   * behind them. `comment` is UTF-8 already. The block is whole once the bytes are filled in: nothing follows it.
   */
  packet(atUs: number, capturedBytes: number, originalBytes: number, comment: Uint8Array | null): number {
    const options: BlockOption[] = comment === null ? [] : [[optionCode.comment, comment]];
    const padded = (capturedBytes + 3) & ~3;
    const at = this.#begin(blockType.enhancedPacket, packetHeaderBytes + padded, options);
    this.#view.setUint32(at, 0, true);
    this.#view.setUint32(at + 4, Math.floor(atUs / uint32Range), true);
    this.#view.setUint32(at + 8, atUs % uint32Range, true);
    this.#view.setUint32(at + 12, capturedBytes, true);
    this.#view.setUint32(at + 16, originalBytes, true);
    const dataAt = at + packetHeaderBytes;
    this.#bytes.fill(0, dataAt + (capturedBytes & ~3), dataAt + padded);
    this.#end(dataAt + padded, options);
    return dataAt;
  }

  /** The last word on the interface: packets written, and what should have been written and was not. */
  interfaceStatistics(atUs: number, packets: number, dropped: number): void {
    const options: BlockOption[] = [
      [optionCode.received, uint64(packets + dropped)],
      [optionCode.dropped, uint64(dropped)],
    ];
    const at = this.#begin(blockType.interfaceStatistics, 12, options);
    this.#view.setUint32(at, 0, true);
    this.#view.setUint32(at + 4, Math.floor(atUs / uint32Range), true);
    this.#view.setUint32(at + 8, atUs % uint32Range, true);
    this.#end(at + 12, options);
  }

  /** Writes type and length of a block whose fixed part has `bodyBytes`, and returns where that part begins. */
  #begin(type: number, bodyBytes: number, options: readonly BlockOption[]): number {
    const blockBytes = blockOverheadBytes + bodyBytes + optionBytes(options);
    const at = this.#length;
    this.#reserve(blockBytes);
    this.#view.setUint32(at, type, true);
    this.#view.setUint32(at + 4, blockBytes, true);
    this.#view.setUint32(at + blockBytes - 4, blockBytes, true);
    return at + 8;
  }

  #end(optionsAt: number, options: readonly BlockOption[]): void {
    if (options.length === 0) return;
    let at = optionsAt;
    for (const [code, value] of options) {
      this.#view.setUint16(at, code, true);
      this.#view.setUint16(at + 2, value.length, true);
      this.#bytes.set(value, at + 4);
      const padded = (value.length + 3) & ~3;
      this.#bytes.fill(0, at + 4 + value.length, at + 4 + padded);
      at += 4 + padded;
    }
    this.#view.setUint32(at, optionCode.end, true);
  }

  #reserve(bytes: number): void {
    this.#length += bytes;
    if (this.#length <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, (this.#length + 3) & ~3));
    grown.set(this.#bytes.subarray(0, this.#length - bytes));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
    this.#words = new Uint32Array(grown.buffer);
  }
}

function optionBytes(options: readonly BlockOption[]): number {
  if (options.length === 0) return 0;
  let bytes = 4;
  for (const [, value] of options) bytes += 4 + ((value.length + 3) & ~3);
  return bytes;
}

function uint64(value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
