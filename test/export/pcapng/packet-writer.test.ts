import { expect, it } from 'vitest';
import { readIp } from '../../../src/capture/ip.ts';
import { Packet } from '../../../src/capture/packet.ts';
import { readTcp } from '../../../src/capture/tcp-header.ts';
import { BlockWriter } from '../../../src/export/pcapng/block-writer.ts';
import { parseEndpoint } from '../../../src/export/pcapng/endpoint.ts';
import { tcpFlag, writeSegment } from '../../../src/export/pcapng/packet-writer.ts';
import { packetsOf } from '../../support/recorded.ts';

/** One's complement sum of 16-bit words; a packet with the right checksum sums up to ffff. */
function sumOf(...parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) {
    for (let at = 0; at < part.length; at += 2) {
      sum += ((part[at] ?? 0) << 8) | (part[at + 1] ?? 0);
      if (sum > 0xffff) sum -= 0xffff;
    }
  }
  return sum;
}

function written(source: string, destination: string, payload: Uint8Array, wireBytes = payload.length, flags = 0x18) {
  const blocks = new BlockWriter();
  const facts = { sequence: 0xfffffff0, acknowledgment: 7, flags, atUs: 5, wireBytes, comment: null };
  writeSegment(
    blocks,
    { ...facts, source: parseEndpoint(source), destination: parseEndpoint(destination) },
    payload.subarray(0, 4),
    payload.subarray(4),
  );
  const packet = packetsOf(blocks.written())[0];
  if (packet === undefined) throw new Error('no packet');
  return packet;
}

it.each([1, 2, 3, 4, 5, 1000, 1001])('writes an IPv4 packet of %i bytes with both checksums right', (length) => {
  const { ip } = written('192.0.2.1:50000', '198.51.100.2:9092', new Uint8Array(length).fill(0xab));
  expect(sumOf(ip.subarray(0, 20))).toBe(0xffff);
  const tcp = ip.subarray(20);
  const pseudo = Buffer.concat([ip.subarray(12, 20), Uint8Array.of(0, 6, tcp.length >> 8, tcp.length & 0xff)]);
  expect(sumOf(pseudo, tcp)).toBe(0xffff);
});

it('writes an IPv6 packet with a right checksum, which our reader takes apart', () => {
  const { ip } = written('[2001:db8::1]:50000', '[2001:db8::2]:9092', Buffer.from('payload'));
  const tcp = ip.subarray(40);
  const pseudo = Buffer.concat([ip.subarray(8, 40), Uint8Array.of(0, 0, 0, tcp.length, 0, 0, 0, 6)]);
  expect(sumOf(pseudo, tcp)).toBe(0xffff);
  const packet = new Packet();
  packet.reset(ip, 101, 5, ip.length);
  expect(readIp(packet)).toBeNull();
  expect(readTcp(packet)).toBeNull();
  expect(packet).toMatchObject({ sourcePort: 50000, destinationPort: 9092, sequence: 0xfffffff0 | 0, payloadBytes: 7 });
});

it('states the length a packet had where its bytes are not here', () => {
  const packet = written('192.0.2.1:1', '192.0.2.2:2', Buffer.from('head'), 500);
  expect(packet.original).toBe(540);
  expect(packet.ip.length).toBe(44);
  expect(packet.ip.readUInt16BE(2)).toBe(540);
});

it('offers a window scale with a SYN, so that nothing looks like an overrun window', () => {
  const { ip } = written('192.0.2.1:1', '192.0.2.2:2', new Uint8Array(0), 0, tcpFlag.syn);
  expect(ip.subarray(40).toString('hex')).toBe('0204ffd70103030e');
  expect((ip[32] ?? 0) >> 4).toBe(7);
});
