/** Captures written byte by byte, so that a test says exactly what was on the wire and when. */

const etherTypeIpv4 = 0x0800;

export interface SyntheticPacket {
  readonly atUs: number;
  readonly bytes: Uint8Array;
  /** Length on the wire when the snaplen cut the packet. */
  readonly originalBytes?: number;
}

export interface TcpFields {
  readonly from: string;
  readonly to: string;
  readonly seq: number;
  readonly ack?: number;
  /** Letters of S, A, F, R, P. */
  readonly flags?: string;
  readonly payload?: Uint8Array | string;
}

const flagBits: Readonly<Record<string, number>> = { F: 1, S: 2, R: 4, P: 8, A: 16 };

export function bytesOf(payload: Uint8Array | string | undefined): Uint8Array {
  if (payload === undefined) return new Uint8Array(0);
  return typeof payload === 'string' ? Buffer.from(payload, 'latin1') : payload;
}

/** A TCP header without options, and the payload. */
export function tcpBytes(fields: TcpFields): Uint8Array {
  const payload = bytesOf(fields.payload);
  const bytes = Buffer.alloc(20 + payload.length);
  bytes.writeUInt16BE(portOf(fields.from), 0);
  bytes.writeUInt16BE(portOf(fields.to), 2);
  bytes.writeUInt32BE(fields.seq >>> 0, 4);
  bytes.writeUInt32BE((fields.ack ?? 0) >>> 0, 8);
  bytes[12] = 5 << 4;
  let flags = 0;
  for (const letter of fields.flags ?? 'PA') flags |= flagBits[letter] ?? 0;
  bytes[13] = flags;
  bytes.set(payload, 20);
  return bytes;
}

/** An IPv4 packet with TCP inside. */
export function ipv4Bytes(
  fields: TcpFields,
  options: {
    readonly optionBytes?: number;
    readonly totalBytes?: number;
    readonly fragment?: number;
    readonly protocol?: number;
  } = {},
): Uint8Array {
  const transport = tcpBytes(fields);
  const headerBytes = 20 + (options.optionBytes ?? 0);
  const bytes = Buffer.alloc(headerBytes + transport.length);
  bytes[0] = 0x40 | (headerBytes / 4);
  bytes.writeUInt16BE(options.totalBytes ?? bytes.length, 2);
  bytes.writeUInt16BE(options.fragment ?? 0x4000, 6);
  bytes[8] = 64;
  bytes[9] = options.protocol ?? 6;
  bytes.set(ipv4Of(fields.from), 12);
  bytes.set(ipv4Of(fields.to), 16);
  bytes.set(transport, headerBytes);
  return bytes;
}

/** An Ethernet frame around an IP packet, with VLAN tags when given. */
export function ethernetBytes(
  ip: Uint8Array,
  options: { readonly tags?: readonly number[]; readonly etherType?: number; readonly paddingBytes?: number } = {},
): Uint8Array {
  const tags = options.tags ?? [];
  const head = Buffer.alloc(14 + tags.length * 4);
  let at = 12;
  for (const tag of tags) {
    head.writeUInt16BE(tag, at);
    head.writeUInt16BE(100, at + 2);
    at += 4;
  }
  head.writeUInt16BE(options.etherType ?? etherTypeIpv4, at);
  return Buffer.concat([head, ip, Buffer.alloc(options.paddingBytes ?? 0)]);
}

/** A packet of one TCP segment in IPv4 in Ethernet. */
export function tcpPacket(atUs: number, fields: TcpFields): SyntheticPacket {
  return { atUs, bytes: ethernetBytes(ipv4Bytes(fields)) };
}

/** A classic pcap file. */
export function pcapBytes(
  packets: readonly SyntheticPacket[],
  options: {
    readonly linkType?: number;
    readonly bigEndian?: boolean;
    readonly nanoseconds?: boolean;
    readonly snaplen?: number;
  } = {},
): Buffer {
  const big = options.bigEndian === true;
  const head = Buffer.alloc(24);
  const put32 = (target: Buffer, value: number, at: number) =>
    big ? target.writeUInt32BE(value >>> 0, at) : target.writeUInt32LE(value >>> 0, at);
  const put16 = (target: Buffer, value: number, at: number) =>
    big ? target.writeUInt16BE(value, at) : target.writeUInt16LE(value, at);
  put32(head, options.nanoseconds === true ? 0xa1b23c4d : 0xa1b2c3d4, 0);
  put16(head, 2, 4);
  put16(head, 4, 6);
  put32(head, options.snaplen ?? 262_144, 16);
  put32(head, options.linkType ?? 1, 20);
  const parts: Uint8Array[] = [head];
  for (const packet of packets) {
    const record = Buffer.alloc(16);
    put32(record, Math.floor(packet.atUs / 1_000_000), 0);
    put32(record, (packet.atUs % 1_000_000) * (options.nanoseconds === true ? 1000 : 1), 4);
    put32(record, packet.bytes.length, 8);
    put32(record, packet.originalBytes ?? packet.bytes.length, 12);
    parts.push(record, packet.bytes);
  }
  return Buffer.concat(parts);
}

/** A Kafka request or response with its size prefix: ApiVersions v0 unless told otherwise. */
export function apiVersionsRequest(correlationId: number, clientId = 'unit'): Uint8Array {
  const id = Buffer.from(clientId);
  const bytes = Buffer.alloc(4 + 10 + id.length);
  bytes.writeInt32BE(bytes.length - 4, 0);
  bytes.writeInt16BE(18, 4); // api key
  bytes.writeInt16BE(0, 6); // api version
  bytes.writeInt32BE(correlationId, 8);
  bytes.writeInt16BE(id.length, 12);
  bytes.set(id, 14);
  return bytes;
}

/** The answer to `apiVersionsRequest`: no error, one API. */
export function apiVersionsResponse(correlationId: number): Uint8Array {
  const bytes = Buffer.alloc(4 + 4 + 2 + 4 + 6);
  bytes.writeInt32BE(bytes.length - 4, 0);
  bytes.writeInt32BE(correlationId, 4);
  bytes.writeInt16BE(0, 8); // error code
  bytes.writeInt32BE(1, 10); // one api
  bytes.writeInt16BE(18, 14);
  bytes.writeInt16BE(0, 16);
  bytes.writeInt16BE(4, 18);
  return bytes;
}

/** One side of a scripted connection. */
export class Dialogue {
  readonly packets: SyntheticPacket[] = [];
  readonly #ends: readonly [string, string];
  readonly #next: [number, number];
  #atUs: number;

  constructor(
    client: string,
    broker: string,
    startUs = 1_000_000,
    sequences: readonly [number, number] = [1000, 5000],
  ) {
    this.#ends = [client, broker];
    this.#next = [sequences[0], sequences[1]];
    this.#atUs = startUs;
  }

  get atUs(): number {
    return this.#atUs;
  }

  /** SYN, SYN+ACK, ACK. */
  open(): this {
    this.#send(0, 'S', undefined, false);
    this.#advance(0, 1);
    this.#send(1, 'SA', undefined, true);
    this.#advance(1, 1);
    this.#send(0, 'A', undefined, true);
    return this;
  }

  client(payload: Uint8Array | string): this {
    return this.#say(0, payload);
  }

  broker(payload: Uint8Array | string): this {
    return this.#say(1, payload);
  }

  /** Bytes that were on the wire and acknowledged but not captured. */
  lost(side: 'client' | 'broker', count: number): this {
    this.#advance(side === 'client' ? 0 : 1, count);
    return this;
  }

  wait(us: number): this {
    this.#atUs += us;
    return this;
  }

  close(): this {
    for (const side of [0, 1] as const) {
      this.#send(side, 'FA', undefined, true);
      this.#advance(side, 1);
    }
    this.#send(0, 'A', undefined, true);
    return this;
  }

  reset(): this {
    this.#send(0, 'R', undefined, false);
    return this;
  }

  #say(side: 0 | 1, payload: Uint8Array | string): this {
    this.#send(side, 'PA', payload, true);
    this.#advance(side, bytesOf(payload).length);
    return this;
  }

  #advance(side: 0 | 1, count: number): void {
    this.#next[side] = (this.#next[side] + count) >>> 0;
  }

  #send(side: 0 | 1, flags: string, payload: Uint8Array | string | undefined, acknowledges: boolean): void {
    const peer = side === 0 ? 1 : 0;
    this.#atUs += 100;
    this.packets.push(
      tcpPacket(this.#atUs, {
        from: this.#ends[side],
        to: this.#ends[peer],
        seq: this.#next[side],
        ack: acknowledges ? this.#next[peer] : 0,
        flags,
        ...(payload === undefined ? {} : { payload }),
      }),
    );
  }
}

function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1));
}

function ipv4Of(address: string): Uint8Array {
  return Uint8Array.from(address.slice(0, address.lastIndexOf(':')).split('.'), Number);
}
