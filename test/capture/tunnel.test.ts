import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fragments } from '../../src/capture/fragments.ts';
import { LimitCounter } from '../../src/capture/limits.ts';
import { readLink } from '../../src/capture/link/read-link.ts';
import { Packet } from '../../src/capture/packet.ts';
import { readTcp } from '../../src/capture/tcp-header.ts';
import { readNetwork } from '../../src/capture/tunnel.ts';
import { ethernetBytes, ipv4Bytes } from './synthetic-capture.ts';

const fields = { from: '10.0.0.1:40000', to: '10.0.0.2:9092', seq: 7, payload: 'inside' };
const inner = ipv4Bytes(fields);
const innerFrame = ethernetBytes(inner);

/** An IPv4 packet of any protocol around bytes. */
function ip(protocol: number, content: Uint8Array): Buffer {
  const bytes = Buffer.alloc(20 + content.length);
  bytes[0] = 0x45;
  bytes.writeUInt16BE(bytes.length, 2);
  bytes[8] = 64;
  bytes[9] = protocol;
  bytes.set([192, 0, 2, 1, 192, 0, 2, 2], 12);
  bytes.set(content, 20);
  return bytes;
}

function gre(flags: number, type: number, header: Uint8Array, content: Uint8Array): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(flags, 0);
  head.writeUInt16BE(type, 2);
  return ip(47, Buffer.concat([head, header, content]));
}

function udp(port: number, content: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(50_000, 0);
  head.writeUInt16BE(port, 2);
  head.writeUInt16BE(8 + content.length, 4);
  return ip(17, Buffer.concat([head, content]));
}

function ipv6Around(content: Uint8Array): Buffer {
  const head = Buffer.alloc(40);
  head[0] = 0x60;
  head.writeUInt16BE(content.length, 4);
  head[6] = 4;
  return Buffer.concat([head, content]);
}

function read(frame: Uint8Array): string {
  const packet = new Packet();
  packet.reset(frame, 1, 0, frame.length);
  const reason = readLink(packet) ?? readNetwork(packet, new Fragments(10, new LimitCounter())) ?? readTcp(packet);
  if (reason !== null) return reason;
  const end = packet.payloadStart + packet.payloadBytes;
  return `${packet.sourcePort} ${Buffer.from(packet.bytes.subarray(packet.payloadStart, end)).toString()}`;
}

const zeros = (count: number) => Buffer.alloc(count);
const mpls = (...labels: readonly number[]) =>
  Buffer.concat(labels.map((label, index) => Buffer.from([0, label, index === labels.length - 1 ? 1 : 0, 64])));

describe('what mirrors and overlays wrap around TCP', () => {
  it.each([
    ['nothing', ethernetBytes(inner)],
    ['IP in IP', ethernetBytes(ip(4, inner))],
    ['IPv4 in IPv6', ethernetBytes(ipv6Around(inner), { etherType: 0x86dd })],
    ['GRE', ethernetBytes(gre(0, 0x0800, zeros(0), inner))],
    ['GRE with key, checksum and sequence', ethernetBytes(gre(0xb000, 0x0800, zeros(12), inner))],
    ['Ethernet in GRE', ethernetBytes(gre(0x2000, 0x6558, zeros(4), innerFrame))],
    ['ERSPAN I', ethernetBytes(gre(0, 0x88be, zeros(0), innerFrame))],
    ['ERSPAN II', ethernetBytes(gre(0x1000, 0x88be, zeros(12), innerFrame))],
    ['ERSPAN III', ethernetBytes(gre(0x1000, 0x22eb, zeros(16), innerFrame))],
    [
      'ERSPAN III with its optional part',
      ethernetBytes(gre(0x1000, 0x22eb, Buffer.concat([zeros(15), Buffer.from([1]), zeros(8)]), innerFrame)),
    ],
    ['VXLAN', ethernetBytes(udp(4789, Buffer.concat([Buffer.from([8]), zeros(7), innerFrame])))],
    [
      'VXLAN with VLAN tags inside',
      ethernetBytes(udp(8472, Buffer.concat([Buffer.from([8]), zeros(7), ethernetBytes(inner, { tags: [0x8100] })]))),
    ],
    [
      'Geneve with an option',
      ethernetBytes(udp(6081, Buffer.concat([Buffer.from([1, 0, 0x65, 0x58]), zeros(8), innerFrame]))),
    ],
    ['MPLS', ethernetBytes(Buffer.concat([mpls(1, 2, 3), inner]), { etherType: 0x8847 })],
    [
      'VXLAN in GRE in IP',
      ethernetBytes(gre(0, 0x0800, zeros(0), udp(4789, Buffer.concat([Buffer.from([8]), zeros(7), innerFrame])))),
    ],
  ])('%s', (_name, frame) => {
    expect(read(frame)).toBe('40000 inside');
  });

  it.each([
    ['UDP of something else', ethernetBytes(udp(53, zeros(60))), 'not-tcp'],
    ['a VXLAN port without VXLAN', ethernetBytes(udp(4789, zeros(60))), 'not-tcp'],
    ['ARP in a tunnel', ethernetBytes(gre(0, 0x0806, zeros(0), zeros(40))), 'not-ip'],
    ['a tunnel cut in its headers', ethernetBytes(gre(0x1000, 0x88be, zeros(2), zeros(0))), 'cut-headers'],
  ])('%s', (_name, frame, reason) => {
    expect(read(frame)).toBe(reason);
  });

  it('a packet in a packet in a packet ends', () => {
    let nested: Buffer = ip(4, inner);
    for (let depth = 0; depth < 40; depth += 1) nested = ip(4, nested);
    expect(read(ethernetBytes(nested))).toBe('malformed-headers');
  });

  it('hostile bytes behind any of these headers are never an exception', () => {
    fc.assert(
      fc.property(fc.constantFrom(4, 17, 41, 47), fc.uint8Array({ maxLength: 120 }), (protocol, content) => {
        if (protocol === 17 && content.length > 4) content.set([0x12, 0xb5], 2);
        expect(typeof read(ethernetBytes(ip(protocol, content)))).toBe('string');
      }),
    );
  });
});
