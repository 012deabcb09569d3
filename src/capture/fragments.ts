import { uint16, uint32 } from './big-endian.ts';
import type { LimitCounter } from './limits.ts';
import { etherTypeIpv4 } from './link/ether-type.ts';
import type { Packet } from './packet.ts';

/** RFC 791 and 8200: the payload of a packet without jumbo option. */
const datagramBytesMax = 65_535;
/** Pieces of one packet; the smallest carry eight bytes, but no network cuts that fine. */
const piecesMax = 256;
/** How long pieces wait for the rest (RFC 1122: 60 to 120 s; captures do not hold packets back). */
const waitUsMax = 60_000_000;

const ipv4HeaderBytes = 20;
const ipv6HeaderBytes = 40;

interface Piece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

interface Datagram {
  readonly pieces: Piece[];
  readonly firstUs: number;
  /** Known with the last piece; -1 until then. */
  totalBytes: number;
}

/**
 * Puts fragmented IP packets together (RFC 791 §3.2, RFC 8200 §4.5). Pieces that overlap end their packet, as RFC 5722
 * asks; a piece the snaplen cut can not complete anything.
 */
export class Fragments {
  /** Pieces that never became a packet. */
  lostPieces = 0;
  readonly #datagramsMax: number;
  readonly #counter: LimitCounter;
  readonly #datagrams = new Map<string, Datagram>();

  constructor(datagramsMax: number, counter: LimitCounter) {
    this.#datagramsMax = datagramsMax;
    this.#counter = counter;
  }

  /** Takes a fragment; true when it completed its packet, which then stands in `packet` as if it came whole. */
  take(packet: Packet): boolean {
    this.#letGo(packet.atUs);
    const isIpv4 = packet.etherType === etherTypeIpv4;
    const { bytes, networkStart: start, fragmentAt: at } = packet;
    const field = uint16(bytes, isIpv4 ? start + 6 : at + 2);
    const offset = isIpv4 ? (field & 0x1fff) * 8 : field & 0xfff8;
    const more = isIpv4 ? (field & 0x2000) !== 0 : (field & 1) !== 0;
    const protocol = (isIpv4 ? bytes[start + 9] : bytes[at]) as number;
    const identification = isIpv4 ? uint16(bytes, start + 4) : uint32(bytes, at + 4);
    const end = packet.transportEnd;
    const length = end - packet.transportStart;
    const addresses = bytes.subarray(packet.sourceAddressAt, packet.sourceAddressAt + packet.addressBytes * 2);
    const key = `${Buffer.from(addresses).toString('latin1')}${protocol}/${identification}`;
    if (end > packet.end || offset + length > datagramBytesMax || length <= 0) {
      this.#drop(key, 1);
      return false;
    }
    const datagram = this.#datagram(key, packet.atUs);
    const piece = { offset, bytes: new Uint8Array(bytes.subarray(packet.transportStart, end)) };
    if (!place(datagram, piece) || datagram.pieces.length > piecesMax) {
      this.#drop(key, 0);
      return false;
    }
    if (!more) datagram.totalBytes = offset + length;
    if (!isWhole(datagram)) return false;
    this.#datagrams.delete(key);
    const whole = isIpv4 ? ipv4Of(packet, datagram) : ipv6Of(packet, protocol, datagram);
    packet.reset(whole, packet.linkType, packet.atUs, whole.length);
    packet.networkStart = 0;
    return true;
  }

  /** The capture is over: what waits is lost. */
  end(): void {
    for (const key of [...this.#datagrams.keys()]) this.#drop(key, 0);
  }

  #datagram(key: string, atUs: number): Datagram {
    let datagram = this.#datagrams.get(key);
    if (datagram !== undefined) return datagram;
    if (this.#datagrams.size >= this.#datagramsMax) {
      const oldest = this.#datagrams.keys().next();
      if (oldest.done !== true) this.#drop(oldest.value, 0);
      this.#counter.reached('fragmentedPacketsMax');
    }
    datagram = { pieces: [], firstUs: atUs, totalBytes: -1 };
    this.#datagrams.set(key, datagram);
    return datagram;
  }

  #drop(key: string, more: number): void {
    this.lostPieces += (this.#datagrams.get(key)?.pieces.length ?? 0) + more;
    this.#datagrams.delete(key);
  }

  #letGo(nowUs: number): void {
    for (const [key, datagram] of this.#datagrams) {
      if (nowUs - datagram.firstUs <= waitUsMax) return;
      this.#drop(key, 0);
    }
  }
}

/** Puts a piece in its place; false when it overlaps another without being the same one again. */
function place(datagram: Datagram, piece: Piece): boolean {
  const { pieces } = datagram;
  let index = pieces.length;
  while (index > 0 && (pieces[index - 1] as Piece).offset >= piece.offset) index -= 1;
  const before = pieces[index - 1];
  const after = pieces[index];
  if (after !== undefined && after.offset === piece.offset && after.bytes.length === piece.bytes.length) return true;
  if (before !== undefined && before.offset + before.bytes.length > piece.offset) return false;
  if (after !== undefined && piece.offset + piece.bytes.length > after.offset) return false;
  pieces.splice(index, 0, piece);
  return true;
}

function isWhole(datagram: Datagram): boolean {
  let next = 0;
  for (const { offset, bytes } of datagram.pieces) {
    if (offset !== next) return false;
    next += bytes.length;
  }
  return next === datagram.totalBytes;
}

function ipv4Of(packet: Packet, datagram: Datagram): Uint8Array {
  const whole = new Uint8Array(ipv4HeaderBytes + datagram.totalBytes);
  whole.set(packet.bytes.subarray(packet.networkStart, packet.networkStart + ipv4HeaderBytes));
  whole[0] = 0x45;
  // A length of 0 stands for "to the end", as behind segmentation offload.
  whole[2] = 0;
  whole[3] = 0;
  whole[6] = 0;
  whole[7] = 0;
  for (const { offset, bytes } of datagram.pieces) whole.set(bytes, ipv4HeaderBytes + offset);
  return whole;
}

function ipv6Of(packet: Packet, protocol: number, datagram: Datagram): Uint8Array {
  const whole = new Uint8Array(ipv6HeaderBytes + datagram.totalBytes);
  whole.set(packet.bytes.subarray(packet.networkStart, packet.networkStart + ipv6HeaderBytes));
  whole[4] = 0;
  whole[5] = 0;
  whole[6] = protocol;
  for (const { offset, bytes } of datagram.pieces) whole.set(bytes, ipv6HeaderBytes + offset);
  return whole;
}
