import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fragments } from '../../src/capture/fragments.ts';
import { LimitCounter } from '../../src/capture/limits.ts';
import { Packet } from '../../src/capture/packet.ts';
import { readTcp } from '../../src/capture/tcp-header.ts';
import { readNetwork } from '../../src/capture/tunnel.ts';
import { readBytes, streamsOf } from './read-bytes.ts';
import {
  apiVersionsRequest,
  apiVersionsResponse,
  Dialogue,
  ipv4Bytes,
  pcapBytes,
  tcpBytes,
} from './synthetic-capture.ts';

const payload = Buffer.from(Array.from({ length: 3_000 }, (_, index) => index & 255));
const whole = Buffer.from(ipv4Bytes({ from: '10.0.0.1:40000', to: '10.0.0.2:9092', seq: 7, payload }));

/** Cuts an IPv4 packet as a router would. */
function cut(packet: Buffer, size: number, identification = 1): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 20; at < packet.length; at += size) {
    const body = packet.subarray(at, at + size);
    const piece = Buffer.concat([packet.subarray(0, 20), body]);
    piece.writeUInt16BE(piece.length, 2);
    piece.writeUInt16BE(identification, 4);
    piece.writeUInt16BE((at - 20) / 8 + (at + size < packet.length ? 0x2000 : 0), 6);
    pieces.push(piece);
  }
  return pieces;
}

function cutIpv6(size: number): Buffer[] {
  const tcp = tcpBytes({ from: '1.1.1.1:40000', to: '1.1.1.2:9092', seq: 7, payload });
  const pieces: Buffer[] = [];
  for (let at = 0; at < tcp.length; at += size) {
    const body = tcp.subarray(at, at + size);
    const head = Buffer.alloc(48);
    head[0] = 0x60;
    head.writeUInt16BE(8 + body.length, 4);
    head[6] = 44;
    head[23] = 1;
    head[39] = 2;
    head[40] = 6;
    head.writeUInt16BE(at | (at + size < tcp.length ? 1 : 0), 42);
    head.writeUInt32BE(99, 44);
    pieces.push(Buffer.concat([head, body]));
  }
  return pieces;
}

function feed(fragments: Fragments, bytes: Uint8Array, etherType: number, atUs = 1): Buffer | string {
  const packet = new Packet();
  packet.reset(bytes, 101, atUs, bytes.length);
  packet.etherType = etherType;
  const reason = readNetwork(packet, fragments) ?? readTcp(packet);
  if (reason !== null) return reason;
  return Buffer.from(packet.bytes.subarray(packet.payloadStart, packet.payloadStart + packet.payloadBytes));
}

describe('fragmented packets', () => {
  it.each([
    ['IPv4', cut(whole, 1_000), 0x0800],
    ['IPv6', cutIpv6(1_000), 0x86dd],
  ])('%s pieces in any order, each perhaps twice, make the packet', (_name, pieces, etherType) => {
    const order = pieces.map((_piece, index) => index);
    fc.assert(
      fc.property(fc.shuffledSubarray(order, { minLength: order.length }), fc.boolean(), (shuffled, twice) => {
        const fragments = new Fragments(10, new LimitCounter());
        const sent = twice ? [shuffled[0] ?? 0, ...shuffled] : shuffled;
        const results = sent.map((index) => feed(fragments, pieces[index] as Buffer, etherType));
        expect(results.slice(0, -1).every((result) => result === 'ip-fragment')).toBe(true);
        expect(results.at(-1)).toEqual(payload);
        fragments.end();
        expect(fragments.lostPieces).toBe(0);
      }),
    );
  });

  it('what never completes is counted: a lost piece, an overlap, a cut piece, too many, too old', () => {
    const pieces = cut(whole, 1_000) as [Buffer, Buffer, Buffer];
    const counter = new LimitCounter();
    const fragments = new Fragments(2, counter);
    feed(fragments, pieces[0], 0x0800);
    const overlapping = Buffer.from(pieces[1]);
    overlapping.writeUInt16BE(0x2000 + 100, 6);
    feed(fragments, overlapping, 0x0800);
    expect(fragments.lostPieces).toBe(1);
    for (const identification of [5, 6, 7]) feed(fragments, cut(whole, 1_000, identification)[0] as Buffer, 0x0800);
    expect(counter.counts()).toEqual({ fragmentedPacketsMax: 1 });
    expect(fragments.lostPieces).toBe(2);
    feed(fragments, cut(whole, 1_000, 8)[0] as Buffer, 0x0800, 100_000_000);
    expect(fragments.lostPieces).toBe(4);
    fragments.end();
    expect(fragments.lostPieces).toBe(5);
  });

  it('a capture of fragments says what the whole packets said, and skips nothing', async () => {
    const talk = new Dialogue('10.0.0.1:40000', '10.0.0.2:9092')
      .open()
      .client(apiVersionsRequest(1, 'a-client-with-a-long-name'))
      .broker(apiVersionsResponse(1))
      .close();
    const plain = await readBytes(pcapBytes(talk.packets));
    let identification = 0;
    const packets = talk.packets.flatMap((packet) => {
      const ip = Buffer.from(packet.bytes.subarray(14));
      identification += 1;
      if (ip.length <= 40) return [packet];
      return cut(ip, 24, identification).map((piece) => ({
        ...packet,
        bytes: Buffer.concat([packet.bytes.subarray(0, 14), piece]),
      }));
    });
    expect(packets.length).toBeGreaterThan(talk.packets.length);
    const { inputs, stats } = await readBytes(pcapBytes(packets));
    expect(streamsOf(inputs)).toEqual(streamsOf(plain.inputs));
    expect(stats.skippedPackets).toEqual({});
  });
});
