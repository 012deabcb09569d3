import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { parse } from 'pcap-parser';
import { describe, expect, it } from 'vitest';
import { CaptureError } from '../../src/capture/capture-error.ts';
import { captureLimits, LimitCounter } from '../../src/capture/limits.ts';
import { Packet } from '../../src/capture/packet.ts';
import { PcapFile, pcapFlavour } from '../../src/capture/pcap-file.ts';
import { piecesOf } from './read-bytes.ts';
import { pcapBytes, type SyntheticPacket } from './synthetic-capture.ts';

interface ReadPacket {
  readonly atUs: number;
  readonly linkType: number;
  readonly originalBytes: number;
  readonly hex: string;
}

function readAll(file: Uint8Array, pieceBytes = file.length, found: string[] = []): ReadPacket[] {
  const flavour = pcapFlavour(Buffer.from(file).readUInt32BE(0));
  if (flavour === null) throw new Error('no pcap');
  const reader = new PcapFile(flavour, captureLimits, new LimitCounter());
  const packet = new Packet();
  const packets: ReadPacket[] = [];
  const take = () => {
    while (reader.next(packet)) {
      const { atUs, linkType, originalBytes } = packet;
      const hex = Buffer.from(packet.captured).toString('hex');
      packets.push({ atUs, linkType, originalBytes, hex });
      found.push(hex);
    }
  };
  for (const piece of piecesOf(file, pieceBytes)) {
    reader.push(piece);
    take();
    reader.settle();
  }
  reader.finish();
  take();
  reader.end();
  return packets;
}

const packetArbitrary: fc.Arbitrary<SyntheticPacket> = fc.record({
  atUs: fc.integer({ min: 0, max: 4_000_000_000_000_000 }),
  bytes: fc.uint8Array({ maxLength: 300 }),
});

describe('PcapFile', () => {
  it('reads all four magics, in pieces of any size', () => {
    fc.assert(
      fc.property(
        fc.array(packetArbitrary, { maxLength: 8 }),
        fc.boolean(),
        fc.boolean(),
        fc.integer({ min: 1, max: 400 }),
        (packets, bigEndian, nanoseconds, pieceBytes) => {
          const file = pcapBytes(packets, { bigEndian, nanoseconds, linkType: 113 });
          expect(readAll(file, pieceBytes)).toEqual(
            packets.map((packet) => ({
              atUs: packet.atUs,
              linkType: 113,
              originalBytes: packet.bytes.length,
              hex: Buffer.from(packet.bytes).toString('hex'),
            })),
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  it('rounds nanoseconds down and keeps the length on the wire', () => {
    const file = pcapBytes([{ atUs: 7_000_001, bytes: Buffer.from('abc'), originalBytes: 1_500 }], {
      nanoseconds: true,
    });
    file.writeUInt32LE(1_999, 28);
    expect(readAll(file)).toEqual([{ atUs: 7_000_001, linkType: 1, originalBytes: 1_500, hex: '616263' }]);
  });

  it('takes the link type from its 16 bits only: the rest says how long the FCS is', () => {
    const file = pcapBytes([{ atUs: 0, bytes: Buffer.from('x') }]);
    file.writeUInt32LE(0x4400_0001, 20);
    expect(readAll(file)[0]?.linkType).toBe(1);
  });

  it('stops at a record that claims more than a packet can have, and says where', () => {
    const file = pcapBytes([
      { atUs: 0, bytes: Buffer.from('x') },
      { atUs: 0, bytes: Buffer.from('y') },
    ]);
    file.writeUInt32LE(0xfffffff0, 24 + 17 + 8);
    expect(() => readAll(file)).toThrow(/the packet record at byte 41 claims 4294967280 captured bytes/);
  });

  it('goes on behind a damaged record, whatever pieces the file comes in', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 19 }),
        fc.integer({ min: 1, max: 400 }),
        fc.boolean(),
        (which, pieceBytes, bigEndian) => {
          const packets = Array.from({ length: 20 }, (_, index) => ({
            atUs: 1_790_000_000_000_000 + index * 1_000,
            bytes: Buffer.alloc(30 + index * 3, index + 1),
          }));
          const file = pcapBytes(packets, { bigEndian });
          let at = 24;
          for (const { bytes } of packets.slice(0, which)) at += 16 + bytes.length;
          // Sixteen bytes of something else over a record's header: its packet is lost, and no other.
          file.fill(0xa5, at, at + 16);
          const found: string[] = [];
          expect(() => readAll(file, pieceBytes, found)).toThrow(/the packet record at byte \d+/);
          const expected = packets.filter((_, index) => index !== which).map(({ bytes }) => bytes.toString('hex'));
          expect(found).toEqual(expected);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('refuses another version in a sentence', () => {
    const file = pcapBytes([]);
    file.writeUInt16LE(3, 4);
    expect(() => readAll(file)).toThrow(CaptureError);
  });
});

/** The npm reader, on files of the kind it reads right: microseconds, whole. */
async function oracle(file: Uint8Array): Promise<ReadPacket[]> {
  const parser = parse(Readable.from(piecesOf(file, 65_536)));
  const packets: ReadPacket[] = [];
  return await new Promise((resolve, reject) => {
    let linkType = -1;
    parser.on('globalHeader', (header) => {
      linkType = header.linkLayerType;
    });
    parser.on('packet', ({ header, data }) => {
      packets.push({
        atUs: header.timestampSeconds * 1_000_000 + header.timestampMicroseconds,
        linkType,
        originalBytes: header.originalLength,
        hex: data.toString('hex'),
      });
    });
    parser.on('error', reject);
    parser.on('end', () => resolve(packets));
  });
}

describe('against pcap-parser', () => {
  const root = new URL('../..', import.meta.url).pathname;
  const folders = [join(root, 'fixtures/captures'), join(root, '../shared/captures')].filter((path) =>
    existsSync(path),
  );
  const files = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.pcap') && !/nano|-ns|cutfile/.test(name))
      .map((name) => join(folder, name)),
  );
  it('gives the same packets of every classic microsecond capture', async () => {
    expect(files.length).toBeGreaterThan(10);
    for (const path of files) {
      const file = readFileSync(path);
      expect(readAll(file, 50_000), path).toEqual(await oracle(file));
    }
  });
});
