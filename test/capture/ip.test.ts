import { describe, expect, it } from 'vitest';
import { readIp } from '../../src/capture/ip.ts';
import { Packet } from '../../src/capture/packet.ts';
import { readTcp } from '../../src/capture/tcp-header.ts';
import { ipv4Bytes, tcpBytes } from './synthetic-capture.ts';

const fields = { from: '10.0.0.1:40000', to: '10.0.0.2:9092', seq: 7, payload: 'hello' };

function read(
  bytes: Uint8Array,
  etherType: number,
  originalBytes = bytes.length,
): { reason: string | null; packet: Packet; payload: string } {
  const packet = new Packet();
  packet.reset(bytes, 101, 0, originalBytes);
  packet.etherType = etherType;
  const reason = readIp(packet) ?? readTcp(packet);
  const payload = bytes.subarray(
    packet.payloadStart,
    Math.min(bytes.length, packet.payloadStart + packet.payloadBytes),
  );
  return { reason, packet, payload: reason === null ? Buffer.from(payload).toString() : '' };
}

/** An IPv6 packet whose next headers are `extensions`, each `[protocol, bytes]`; the first byte of each is set here. */
function ipv6(
  extensions: readonly (readonly [number, Uint8Array])[],
  transport = tcpBytes(fields),
  protocol = 6,
): Uint8Array {
  const chain = [...extensions.map(([number]) => number), protocol];
  const parts = extensions.map(([, bytes], index) => Buffer.from([chain[index + 1] ?? 0, ...bytes.subarray(1)]));
  const head = Buffer.alloc(40);
  head[0] = 0x60;
  head.writeUInt16BE(transport.length + parts.reduce((sum, part) => sum + part.length, 0), 4);
  head[6] = chain[0] ?? 0;
  head[23] = 1; // ::1
  head[39] = 2; // ::2
  return Buffer.concat([head, ...parts, transport]);
}

const v4 = 0x0800;
const v6 = 0x86dd;

describe('readIp, IPv4', () => {
  it('steps over options and trims the padding of short Ethernet frames', () => {
    expect(read(Buffer.concat([ipv4Bytes(fields, { optionBytes: 8 }), Buffer.alloc(9)]), v4)).toMatchObject({
      reason: null,
      payload: 'hello',
    });
  });

  it('takes a total length of 0 for "offloaded": the packet goes to its end', () => {
    expect(read(ipv4Bytes(fields, { totalBytes: 0 }), v4)).toMatchObject({ reason: null, payload: 'hello' });
  });

  it('knows how long a cut packet was', () => {
    const whole = ipv4Bytes({ ...fields, payload: 'x'.repeat(500) });
    const { packet, payload } = read(whole.subarray(0, 60), v4, whole.length);
    expect([packet.payloadBytes, payload.length]).toEqual([500, 20]);
  });

  it('names what it does not read', () => {
    expect(read(ipv4Bytes(fields, { fragment: 0x2000 }), v4).reason).toBe('ip-fragment');
    expect(read(ipv4Bytes(fields, { fragment: 0x00b9 }), v4).reason).toBe('ip-fragment');
    expect(read(ipv4Bytes(fields, { protocol: 17 }), v4).reason).toBe('not-tcp');
    expect(read(ipv4Bytes(fields).subarray(0, 19), v4).reason).toBe('cut-headers');
    expect(read(ipv4Bytes(fields).subarray(0, 30), v4, 100).reason).toBe('cut-headers');
    expect(read(ipv4Bytes(fields, { totalBytes: 19 }), v4).reason).toBe('malformed-headers');
    expect(read(ipv6([]), v4).reason).toBe('malformed-headers');
  });
});

describe('readIp, IPv6', () => {
  it('reads it plain and behind extension headers', () => {
    const hopByHop = Buffer.alloc(16, 0);
    hopByHop[1] = 1; // 16 bytes
    const authentication = Buffer.alloc(24, 0);
    authentication[1] = 4; // (4 + 2) words of 4 bytes
    const atomicFragment = Buffer.alloc(8, 0);
    expect(read(ipv6([]), v6)).toMatchObject({ reason: null, payload: 'hello' });
    const chained = ipv6([
      [0, hopByHop],
      [51, authentication],
      [44, atomicFragment],
      [60, Buffer.alloc(8)],
    ]);
    expect(read(chained, v6)).toMatchObject({ reason: null, payload: 'hello' });
    expect(read(chained, v6).packet.addressBytes).toBe(16);
  });

  it('names what it does not read', () => {
    const fragment = Buffer.alloc(8);
    fragment[3] = 1; // more follow
    expect(read(ipv6([[44, fragment]]), v6).reason).toBe('ip-fragment');
    expect(read(ipv6([], tcpBytes(fields), 58), v6).reason).toBe('not-tcp');
    expect(read(ipv6([[0, Buffer.alloc(8)]]).subarray(0, 44), v6, 100).reason).toBe('cut-headers');
    expect(read(ipv6(Array.from({ length: 9 }, () => [60, Buffer.alloc(8)] as const)), v6).reason).toBe(
      'malformed-headers',
    );
    const greedy = Buffer.alloc(8);
    greedy[1] = 255;
    expect(read(ipv6([[0, greedy]]), v6).reason).not.toBe(null);
    expect(read(ipv4Bytes(fields), v6).reason).not.toBe(null);
  });
});
