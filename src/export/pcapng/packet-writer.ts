import type { BlockWriter } from './block-writer.ts';
import type { Endpoint } from './endpoint.ts';
import { internetChecksum } from './internet-checksum.ts';

/** TCP flags (RFC 9293 §3.1). */
export const tcpFlag = { fin: 0x01, syn: 0x02, rst: 0x04, psh: 0x08, ack: 0x10 } as const;

const ipv4HeaderBytes = 20;
const ipv6HeaderBytes = 40;
const tcpHeaderBytes = 20;
const tcpProtocol = 6;
const hops = 64;
const doNotFragment = 0x4000;
const window = 0xffff;
/**
 * Options of a SYN: maximum segment size, and a window scale of 14 (RFC 7323). Without the latter Wireshark would find
 * every large frame to overrun the window of a peer that, here, acknowledges only with its next message.
 */
const synOptions = Uint8Array.of(2, 4, 0xff, 0xd7, 1, 3, 3, 14);

/** One TCP segment to write. `wireBytes` exceeds the payload where the rest of it was never seen. */
export interface SegmentFacts {
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly flags: number;
  readonly atUs: number;
  readonly wireBytes: number;
  readonly comment: Uint8Array | null;
}

/** Writes a TCP segment in a raw IP packet, checksums and all; `payload` comes in pieces that belong together. */
export function writeSegment(
  blocks: BlockWriter,
  facts: SegmentFacts,
  prefix: Uint8Array | null,
  payload: Uint8Array | null,
): void {
  const { source, destination } = facts;
  const isSyn = (facts.flags & tcpFlag.syn) !== 0;
  const ipBytes = source.address.length === 4 ? ipv4HeaderBytes : ipv6HeaderBytes;
  const headerBytes = tcpHeaderBytes + (isSyn ? synOptions.length : 0);
  const heldBytes = (prefix?.length ?? 0) + (payload?.length ?? 0);
  const tcpBytes = headerBytes + facts.wireBytes;
  const capturedBytes = ipBytes + headerBytes + heldBytes;
  const at = blocks.packet(facts.atUs, capturedBytes, ipBytes + tcpBytes, facts.comment);
  const tcpAt = at + ipBytes;
  const { bytes, view } = blocks;
  if (ipBytes === ipv4HeaderBytes) writeIpv4(blocks, at, facts, tcpBytes);
  else writeIpv6(blocks, at, facts, tcpBytes);
  view.setUint16(tcpAt, source.port);
  view.setUint16(tcpAt + 2, destination.port);
  view.setUint32(tcpAt + 4, facts.sequence);
  view.setUint32(tcpAt + 8, facts.acknowledgment);
  view.setUint16(tcpAt + 12, ((headerBytes / 4) << 12) | facts.flags);
  view.setUint16(tcpAt + 14, window);
  view.setUint32(tcpAt + 16, 0);
  if (isSyn) bytes.set(synOptions, tcpAt + tcpHeaderBytes);
  const dataAt = tcpAt + headerBytes;
  if (prefix !== null) bytes.set(prefix, dataAt);
  if (payload !== null) bytes.set(payload, dataAt + (prefix?.length ?? 0));
  const pseudo = addressSum(source) + addressSum(destination) + tcpProtocol + tcpBytes;
  const end = (at + capturedBytes + 3) >>> 2;
  view.setUint16(tcpAt + 16, internetChecksum(blocks.words, tcpAt >>> 2, end, pseudo));
}

function writeIpv4(blocks: BlockWriter, at: number, facts: SegmentFacts, tcpBytes: number): void {
  const { bytes, view } = blocks;
  view.setUint16(at, 0x4500);
  view.setUint16(at + 2, ipv4HeaderBytes + tcpBytes);
  view.setUint16(at + 4, 0);
  view.setUint16(at + 6, doNotFragment);
  view.setUint16(at + 8, (hops << 8) | tcpProtocol);
  view.setUint16(at + 10, 0);
  bytes.set(facts.source.address, at + 12);
  bytes.set(facts.destination.address, at + 16);
  view.setUint16(at + 10, internetChecksum(blocks.words, at >>> 2, (at + ipv4HeaderBytes) >>> 2));
}

function writeIpv6(blocks: BlockWriter, at: number, facts: SegmentFacts, tcpBytes: number): void {
  const { bytes, view } = blocks;
  view.setUint32(at, 0x6000_0000);
  view.setUint16(at + 4, tcpBytes);
  view.setUint16(at + 6, (tcpProtocol << 8) | hops);
  bytes.set(facts.source.address, at + 8);
  bytes.set(facts.destination.address, at + 24);
}

/** The address's 16-bit words, summed for the pseudo header. */
function addressSum({ address }: Endpoint): number {
  let sum = 0;
  for (let index = 0; index < address.length; index += 2)
    sum += ((address[index] ?? 0) << 8) | (address[index + 1] ?? 0);
  return sum;
}
