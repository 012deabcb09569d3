import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CaptureReader } from '../../src/capture/capture-reader.ts';
import { captureLimits, LimitCounter } from '../../src/capture/limits.ts';
import { Packet } from '../../src/capture/packet.ts';
import { piecesOf } from './read-bytes.ts';

const fixtures = new URL('../../fixtures/captures/', import.meta.url);

function packetsOf(file: Uint8Array, pieceBytes: number): string[] {
  const reader = new CaptureReader(captureLimits, new LimitCounter());
  const packet = new Packet();
  const lines: string[] = [];
  for (const piece of piecesOf(file, pieceBytes)) {
    reader.push(piece);
    while (reader.next(packet)) lines.push(`${packet.atUs} ${Buffer.from(packet.captured).toString('hex')}`);
  }
  reader.end();
  return lines;
}

describe('CaptureReader', () => {
  it('finds the same packets in pcap and pcapng, whatever the byte order and the chunks', () => {
    const expected = packetsOf(readFileSync(new URL('java-admin-errors.pcap', fixtures)), 1_000_000);
    expect(expected.length).toBe(164);
    for (const name of ['v-bigendian-ns.pcap', 'v-ns.pcapng']) {
      const file = readFileSync(new URL(name, fixtures));
      for (const pieceBytes of [1, 977, 1_000_000]) expect(packetsOf(file, pieceBytes), name).toEqual(expected);
    }
  });

  it('names what the file is instead, where that is known', () => {
    const cases: [string, RegExp][] = [
      ['504b0304', /^a zip archive, not a capture this program reads/],
      ['fd377a585a00', /^an xz-compressed file/],
      ['a1b2cd3400', /^a pcap of the patched libpcap of 1999/],
      ['474554202f', /^not a capture \(first bytes 47455420\)/],
    ];
    for (const [hex, sentence] of cases) expect(() => packetsOf(Buffer.from(hex, 'hex'), 100)).toThrow(sentence);
    expect(() => packetsOf(Buffer.from('ab'), 1)).toThrow(/^not a capture \(first bytes 6162\)/);
    expect(() => packetsOf(Buffer.alloc(0), 1)).toThrow(/^the capture is empty/);
  });
});
