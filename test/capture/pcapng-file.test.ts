import { describe, expect, it } from 'vitest';
import { HostNames } from '../../src/capture/host-names.ts';
import { captureLimits, LimitCounter } from '../../src/capture/limits.ts';
import { Packet } from '../../src/capture/packet.ts';
import { PcapngFile } from '../../src/capture/pcapng-file.ts';
import { piecesOf } from './read-bytes.ts';

/** Writes blocks in one byte order. */
class Section {
  readonly #big: boolean;
  readonly blocks: Uint8Array[] = [];

  constructor(big: boolean) {
    this.#big = big;
    // byte-order magic, version 1.0, section length unknown
    this.block(0x0a0d0d0a, [
      this.u32(0x1a2b3c4d),
      this.u16(1),
      this.u16(0),
      this.u32(0xffffffff),
      this.u32(0xffffffff),
    ]);
  }

  u16(value: number): Buffer {
    const bytes = Buffer.alloc(2);
    if (this.#big) bytes.writeUInt16BE(value);
    else bytes.writeUInt16LE(value);
    return bytes;
  }

  u32(value: number): Buffer {
    const bytes = Buffer.alloc(4);
    if (this.#big) bytes.writeUInt32BE(value >>> 0);
    else bytes.writeUInt32LE(value >>> 0);
    return bytes;
  }

  u64(value: bigint): Buffer {
    const bytes = Buffer.alloc(8);
    if (this.#big) bytes.writeBigInt64BE(value);
    else bytes.writeBigInt64LE(value);
    return bytes;
  }

  block(type: number, parts: readonly Uint8Array[]): this {
    const body = Buffer.concat(parts);
    const padding = Buffer.alloc((4 - (body.length % 4)) % 4);
    const length = this.u32(12 + body.length + padding.length);
    this.blocks.push(Buffer.concat([this.u32(type), length, body, padding, length]));
    return this;
  }

  interface(linkType: number, options: readonly (readonly [number, Uint8Array])[] = [], snaplen = 0): this {
    const parts: Uint8Array[] = [this.u16(linkType), this.u16(0), this.u32(snaplen)];
    for (const [code, value] of options) {
      parts.push(this.u16(code), this.u16(value.length), value, Buffer.alloc((4 - (value.length % 4)) % 4));
    }
    if (options.length > 0) parts.push(this.u32(0));
    return this.block(1, parts);
  }

  packet(id: number, ticks: bigint, text: string, originalBytes = text.length): this {
    const high = Number(ticks >> 32n);
    const low = Number(ticks & 0xffffffffn);
    const head = [id, high, low, text.length, originalBytes].map((value) => this.u32(value));
    return this.block(6, [...head, Buffer.from(text)]);
  }
}

function readAll(
  blocks: readonly Uint8Array[],
  pieceBytes = 10_000,
  lines: string[] = [],
): { lines: string[]; reader: PcapngFile; names: HostNames } {
  const counter = new LimitCounter();
  const names = new HostNames(captureLimits, counter);
  const reader = new PcapngFile(captureLimits, counter, names);
  const packet = new Packet();
  const take = () => {
    while (reader.next(packet)) {
      lines.push(
        `${packet.linkType} ${packet.atUs} ${Buffer.from(packet.captured).toString()}/${packet.originalBytes}`,
      );
    }
  };
  for (const piece of piecesOf(Buffer.concat(blocks), pieceBytes)) {
    reader.push(piece);
    take();
    reader.settle();
  }
  reader.finish();
  take();
  reader.end();
  return { lines, reader, names };
}

describe('PcapngFile', () => {
  it('reads sections of either byte order, each with its own interfaces', () => {
    const little = new Section(false).interface(1).packet(0, 5n, 'one');
    const big = new Section(true).interface(101).interface(276).packet(1, 7n, 'two', 90).packet(0, 8n, 'three');
    for (const pieceBytes of [1, 7, 64, 10_000]) {
      const { lines } = readAll([...little.blocks, ...big.blocks], pieceBytes);
      expect(lines).toEqual(['1 5 one/3', '276 7 two/90', '101 8 three/5']);
    }
  });

  it('reads what the capture calls hosts, in either byte order', () => {
    for (const big of [false, true]) {
      const section = new Section(big).interface(1);
      // a record: type 1 (IPv4), 4 bytes of address and 3 of a name, one byte of padding; then the end of records
      section.block(4, [
        section.u16(1),
        section.u16(7),
        Buffer.from([10, 0, 0, 2]),
        Buffer.from('b1\0\0'),
        section.u32(0),
      ]);
      const { lines, names } = readAll(section.packet(0, 5n, 'one').blocks, 7);
      expect(lines).toEqual(['1 5 one/3']);
      expect(names.list()).toEqual({ '10.0.0.2': 'b1' });
    }
  });

  it('converts the clock of each interface: nanoseconds, powers of two, offsets', () => {
    const section = new Section(false)
      .interface(1, [[9, Buffer.from([9])]])
      .interface(1, [[9, Buffer.from([0x80 | 10])]])
      .interface(1, [
        [2, Buffer.from('lo')],
        [14, new Section(false).u64(100n)],
      ]);
    section.packet(0, 1_732_176_000_123_456_789n, 'ns').packet(1, 2_560n, 'two').packet(2, 3n, 'off');
    expect(readAll(section.blocks).lines).toEqual(['1 1732176000123456 ns/2', '1 2500000 two/3', '1 100000003 off/3']);
  });

  it('reads simple and obsolete packet blocks', () => {
    const section = new Section(true).interface(1, [], 4).packet(0, 42n, 'x');
    section.block(3, [section.u32(6), Buffer.from('simp')]);
    section.block(2, [
      section.u16(0),
      section.u16(9),
      section.u32(0),
      section.u32(50),
      section.u32(3),
      section.u32(3),
      Buffer.from('old'),
    ]);
    expect(readAll(section.blocks).lines).toEqual(['1 42 x/1', '1 42 simp/6', '1 50 old/3']);
  });

  it('steps over blocks it does not know, however large, and keeps decryption secrets aside', () => {
    const section = new Section(false).interface(1);
    section.block(0x0bad, [Buffer.alloc(3_000_000)]);
    section.block(10, [section.u32(0x544c534b), section.u32(5), Buffer.from('KEYS\n')]);
    section.packet(0, 1n, 'after');
    const { lines, reader } = readAll(section.blocks, 65_536);
    expect(lines).toEqual(['1 1 after/5']);
    expect(reader.secrets.map((secret) => [secret.secretsType, Buffer.from(secret.bytes).toString()])).toEqual([
      [0x544c534b, 'KEYS\n'],
    ]);
  });

  it('says where a block lies about its length', () => {
    const section = new Section(false).interface(1).packet(0, 1n, 'fine').packet(0, 2n, 'bad!');
    const bad = section.blocks[3];
    if (bad === undefined) throw new Error('no block');
    const last = Buffer.from(bad);
    last.writeUInt32LE(40, last.length - 4);
    expect(() => readAll([...section.blocks.slice(0, 3), last])).toThrow(/the pcapng block at byte 84 is damaged/);
    const short = Buffer.from(bad);
    short.writeUInt32LE(7, 4);
    expect(() => readAll([...section.blocks.slice(0, 3), short])).toThrow(/claims 7 bytes/);
    const greedy = Buffer.from(bad);
    greedy.writeUInt32LE(4_000, 20);
    expect(() => readAll([...section.blocks.slice(0, 3), greedy])).toThrow(
      /claims 4000 captured bytes in a block of 36/,
    );
  });

  it('goes on behind a damaged block, whatever pieces the file comes in', () => {
    const section = new Section(false).interface(1);
    for (let index = 0; index < 20; index += 1) section.packet(0, BigInt(index + 1), `packet-${index}`);
    for (const which of [0, 1, 10, 18, 19]) {
      for (const pieceBytes of [1, 13, 100, 10_000]) {
        const blocks = section.blocks.map((block) => Buffer.from(block));
        const at = 2 + which;
        // The header of one block overwritten: section header and interface come before the packets.
        blocks[at]?.fill(0xa5, 0, 8);
        const lines: string[] = [];
        expect(() => readAll(blocks, pieceBytes, lines)).toThrow(/damaged/);
        const expected = Array.from(
          { length: 20 },
          (_, index) => `1 ${index + 1} packet-${index}/${8 + (index > 9 ? 1 : 0)}`,
        );
        expect(lines).toEqual(expected.filter((_, index) => index !== which));
      }
    }
  });

  it('gives a file up that is made of damage', () => {
    const section = new Section(false);
    // A packet of an interface that nobody described, again and again.
    for (let index = 0; index < 70_000; index += 1) section.packet(9, 1n, 'x');
    expect(() => readAll(section.blocks, 65_536)).toThrow(/names interface 9/);
  });

  it('says when a packet names an interface nobody described', () => {
    expect(() => readAll(new Section(false).packet(0, 1n, 'x').blocks)).toThrow(/names interface 0/);
  });

  it('says that the end is missing', () => {
    const file = Buffer.concat(new Section(false).interface(1).packet(0, 1n, 'fine').blocks);
    expect(() => readAll([file.subarray(0, file.length - 3)])).toThrow(/the capture ends inside a block/);
  });
});
