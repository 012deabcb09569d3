import { int32 } from './big-endian.ts';
import type { Packet } from './packet.ts';
import type { TcpSide } from './types.ts';

/** One direction of a connection: where its packets go. */
export class Flow<Connection> {
  readonly connection: Connection;
  readonly side: TcpSide;
  readonly hash: number;
  /** Addresses of sender and receiver as 32-bit numbers; folded to that for IPv6, whose true ones are in `wide`. */
  readonly source: number;
  readonly destination: number;
  readonly ports: number;
  readonly wide: Uint8Array | null;
  /** The opposite direction. */
  peer: Flow<Connection> | null = null;
  /** The next flow with the same hash. */
  next: Flow<Connection> | null = null;

  constructor(connection: Connection, side: TcpSide, key: FlowKey) {
    this.connection = connection;
    this.side = side;
    this.hash = key.hash;
    this.source = key.source;
    this.destination = key.destination;
    this.ports = key.ports;
    this.wide = key.wide;
  }
}

/** What tells flows apart, taken from a packet. */
interface FlowKey {
  readonly hash: number;
  readonly source: number;
  readonly destination: number;
  readonly ports: number;
  readonly wide: Uint8Array | null;
}

const wideBytes = 32;

/**
 * Finds the flow of a packet by addresses and ports, compared as numbers: a string key would cost more than reading
 * the packet. The hash is seeded, so that nobody can write a capture whose flows all meet in one place.
 */
export class FlowTable<Connection> {
  readonly #byHash = new Map<number, Flow<Connection>>();
  readonly #seed: number;
  #size = 0;
  /** The flow found last: packets of one message follow each other. */
  #recent: Flow<Connection> | null = null;

  constructor(seed: number = (Math.random() * 0x1_0000_0000) | 0) {
    this.#seed = seed;
  }

  /** Flows at hand: two a connection. */
  get size(): number {
    return this.#size;
  }

  /** The flow the packet belongs to; undefined when nobody opened it. */
  find(packet: Packet): Flow<Connection> | undefined {
    const ports = (packet.sourcePort << 16) | packet.destinationPort;
    const source = addressWord(packet, packet.sourceAddressAt);
    const destination = addressWord(packet, packet.destinationAddressAt);
    const recent = this.#recent;
    if (recent !== null) {
      if (isFlow(recent, packet, source, destination, ports)) return recent;
      // The answer, or its acknowledgment: nothing of the table itself need be touched.
      const peer = recent.peer;
      if (peer !== null && isFlow(peer, packet, source, destination, ports)) {
        this.#recent = peer;
        return peer;
      }
    }
    const hash = hashOf(this.#seed, source, destination, ports);
    let flow = this.#byHash.get(hash) ?? null;
    while (flow !== null && !isFlow(flow, packet, source, destination, ports)) flow = flow.next;
    if (flow === null) return undefined;
    this.#recent = flow;
    return flow;
  }

  /** Opens the flow of the packet's own direction (side 0) and of the opposite one; both addresses must differ. */
  open(connection: Connection, packet: Packet): readonly [Flow<Connection>, Flow<Connection>] {
    const { sourceAddressAt, destinationAddressAt, sourcePort, destinationPort } = packet;
    const forth = this.#keyOf(packet, sourceAddressAt, destinationAddressAt, sourcePort, destinationPort);
    const back = this.#keyOf(packet, destinationAddressAt, sourceAddressAt, destinationPort, sourcePort);
    const flows = [this.#add(new Flow(connection, 0, forth)), this.#add(new Flow(connection, 1, back))] as const;
    flows[0].peer = flows[1];
    flows[1].peer = flows[0];
    return flows;
  }

  /** Forgets a flow. */
  close(flow: Flow<Connection>): void {
    if (this.#recent === flow) this.#recent = null;
    if (flow.peer !== null) flow.peer.peer = null;
    flow.peer = null;
    let before: Flow<Connection> | null = null;
    for (let at = this.#byHash.get(flow.hash) ?? null; at !== null; before = at, at = at.next) {
      if (at !== flow) continue;
      this.#size -= 1;
      if (before !== null) before.next = flow.next;
      else if (flow.next !== null) this.#byHash.set(flow.hash, flow.next);
      else this.#byHash.delete(flow.hash);
      return;
    }
  }

  #add(flow: Flow<Connection>): Flow<Connection> {
    flow.next = this.#byHash.get(flow.hash) ?? null;
    this.#byHash.set(flow.hash, flow);
    this.#size += 1;
    return flow;
  }

  #keyOf(packet: Packet, fromAt: number, toAt: number, fromPort: number, toPort: number): FlowKey {
    const ports = (fromPort << 16) | toPort;
    const source = addressWord(packet, fromAt);
    const destination = addressWord(packet, toAt);
    let wide: Uint8Array | null = null;
    if (packet.addressBytes === 16) {
      wide = new Uint8Array(wideBytes);
      wide.set(packet.bytes.subarray(fromAt, fromAt + 16));
      wide.set(packet.bytes.subarray(toAt, toAt + 16), 16);
    }
    return { hash: hashOf(this.#seed, source, destination, ports), source, destination, ports, wide };
  }
}

/** True when a packet's two ends are one: no connection is with itself. */
export function isToItself(packet: Packet): boolean {
  if (packet.sourcePort !== packet.destinationPort) return false;
  for (let index = 0; index < packet.addressBytes; index += 1) {
    if (packet.bytes[packet.sourceAddressAt + index] !== packet.bytes[packet.destinationAddressAt + index])
      return false;
  }
  return true;
}

function addressWord(packet: Packet, at: number): number {
  const bytes = packet.bytes;
  if (packet.addressBytes === 4) return int32(bytes, at);
  let folded = 0;
  for (let word = 0; word < 16; word += 4) folded = Math.imul(folded, 0x01000193) ^ int32(bytes, at + word);
  return folded;
}

function isFlow(flow: Flow<unknown>, packet: Packet, source: number, destination: number, ports: number): boolean {
  if (flow.ports !== ports || flow.source !== source || flow.destination !== destination) return false;
  const wide = flow.wide;
  if (wide === null) return packet.addressBytes === 4;
  if (packet.addressBytes !== 16) return false;
  const { bytes, sourceAddressAt, destinationAddressAt } = packet;
  for (let index = 0; index < 16; index += 1) {
    if (wide[index] !== bytes[sourceAddressAt + index]) return false;
    if (wide[index + 16] !== bytes[destinationAddressAt + index]) return false;
  }
  return true;
}

/** A small integer that depends on every bit of the key and of the seed. */
function hashOf(seed: number, source: number, destination: number, ports: number): number {
  return mixed(mixed(mixed(seed ^ source) ^ destination) ^ ports) >>> 2;
}

/** The finalizer of MurmurHash3, which spreads each bit over all. */
function mixed(value: number): number {
  let mixing = value ^ (value >>> 16);
  mixing = Math.imul(mixing, 0x85ebca6b);
  mixing ^= mixing >>> 13;
  mixing = Math.imul(mixing, 0xc2b2ae35);
  return mixing ^ (mixing >>> 16);
}
