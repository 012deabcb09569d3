import type { CaptureLimits } from '../../src/capture/limits.ts';
import {
  apiVersionsRequest,
  apiVersionsResponse,
  Dialogue,
  ethernetBytes,
  ipv4Bytes,
  pcapBytes,
  type SyntheticPacket,
  tcpPacket,
} from './synthetic-capture.ts';
import { talkTls } from './tls/tls-conversation.ts';

/** A capture, and bounds so low that it reaches the one it is named after. */
export interface LimitCapture {
  readonly limits: Partial<CaptureLimits>;
  readonly bytes: Uint8Array;
}

const broker = '10.0.0.2:9092';
const other = '10.0.0.9:5432';
const thousand = Buffer.alloc(1_000, 'x');

/** Says hello to a broker, which proves it. */
function kafka(client: string, startUs: number, server: string = broker): Dialogue {
  return new Dialogue(client, server, startUs).open().client(apiVersionsRequest(1)).broker(apiVersionsResponse(1));
}

/** A request that is longer than a probe keeps: header and client id, then what could be anything. */
function longRequest(correlationId: number): Buffer {
  const bytes = Buffer.concat([apiVersionsRequest(correlationId), Buffer.alloc(2_000)]);
  bytes.writeInt32BE(bytes.length - 4, 0); // size
  return bytes;
}

/** A frame of Kafka's form that is not known to be Kafka: its size prefix, then bytes that are no request. */
function undecided(sizeBytes: number, byteCount: number = sizeBytes + 4): Buffer {
  const bytes = Buffer.alloc(byteCount, 0x7f);
  bytes.writeInt32BE(sizeBytes, 0);
  return bytes;
}

function byTime(...dialogues: readonly Dialogue[]): Uint8Array {
  return pcapBytes(dialogues.flatMap(({ packets }) => packets).sort((a, b) => a.atUs - b.atUs));
}

/** A record header of a classic pcap that claims so many captured bytes. */
function recordHeader(seconds: number, capturedBytes: number): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(seconds, 0);
  header.writeUInt32LE(capturedBytes, 8);
  header.writeUInt32LE(capturedBytes, 12);
  return header;
}

/** A pcapng block: type, length, body, length, little-endian. */
function block(type: number, body: Uint8Array): Buffer {
  const bytes = Buffer.alloc(12 + Math.ceil(body.length / 4) * 4);
  bytes.writeUInt32LE(type, 0);
  bytes.writeUInt32LE(bytes.length, 4);
  bytes.set(body, 8);
  bytes.writeUInt32LE(bytes.length, bytes.length - 4);
  return bytes;
}

/** The head of a pcapng: a section of unknown length and `interfaces` Ethernet interfaces. */
function pcapngHead(interfaces: number): Buffer {
  const section = Buffer.alloc(16, 0xff);
  section.writeUInt32LE(0x1a2b3c4d, 0); // byte order magic
  section.writeUInt16LE(1, 4); // version 1.0
  section.writeUInt16LE(0, 6);
  const ethernet = Buffer.alloc(8);
  ethernet.writeUInt16LE(1, 0); // link type
  return Buffer.concat([block(0x0a0d0d0a, section), ...Array.from({ length: interfaces }, () => block(1, ethernet))]);
}

/** A Decryption Secrets Block with a key log of `sessions` sessions. */
function secretsBlock(sessions: number): Buffer {
  const line = (session: number) => `CLIENT_RANDOM ${String(session).padStart(64, '0')} ${'b'.repeat(96)}\n`;
  const text = Buffer.from(Array.from({ length: sessions }, (_, session) => line(session)).join(''));
  const body = Buffer.alloc(8 + text.length);
  body.writeUInt32LE(0x544c534b, 0); // an NSS key log
  body.writeUInt32LE(text.length, 4);
  body.set(text, 8);
  return block(10, body);
}

/** A Name Resolution Block with the names of `hosts` hosts. */
function namesBlock(hosts: number): Buffer {
  const records = Array.from({ length: hosts }, (_, host) => {
    const record = Buffer.alloc(12);
    record.writeUInt16LE(1, 0); // an IPv4 address
    record.writeUInt16LE(4 + 3, 2);
    record.set([10, 0, 0, host], 4);
    record.write('b1', 8); // and a zero byte
    return record;
  });
  return block(4, Buffer.concat([...records, Buffer.alloc(4)]));
}

/** An enhanced packet block with one packet. */
function packetBlock({ bytes }: SyntheticPacket): Buffer {
  const head = Buffer.alloc(20);
  head.writeUInt32LE(bytes.length, 12); // captured
  head.writeUInt32LE(bytes.length, 16); // original
  return block(6, Buffer.concat([head, bytes]));
}

/** A connection that misses a hole of 100 bytes at its beginning, behind which `pieces` wait. */
function behindHole(pieces: number): Uint8Array {
  const from = '10.0.0.1:40000';
  const packets = [...new Dialogue(from, broker).open().packets];
  for (let piece = 0; piece < pieces; piece += 1) {
    packets.push(tcpPacket(2_000_000 + piece, { from, to: broker, seq: 1_101 + piece * 1_000, payload: thousand }));
  }
  return pcapBytes(packets);
}

/** TLS handshakes of connections to one server, without any key. */
async function handshakes(count: number, servers: (index: number) => string): Promise<Dialogue[]> {
  const { wire } = await talkTls({ certificate: 'ecdsa' }, []);
  return Array.from({ length: count }, (_, index) => {
    const dialogue = new Dialogue(`10.0.0.1:${41_000 + index}`, servers(index), 1_000_000 + index * 100_000).open();
    for (const { side, bytes } of wire) side === 0 ? dialogue.client(bytes) : dialogue.broker(bytes);
    return dialogue.close();
  });
}

type Limit = keyof CaptureLimits;

/** A capture for each limit that can be reached. */
export const limitCaptures: Readonly<Partial<Record<Limit, () => LimitCapture | Promise<LimitCapture>>>> = {
  packetBytesMax: () => ({
    limits: { packetBytesMax: 1_000 },
    bytes: Buffer.concat([pcapBytes([]), recordHeader(1, 1_001), Buffer.alloc(1_001)]),
  }),
  damagedPlacesMax: () => {
    // Three packets prove that reading can go on behind the damage; then comes the next one.
    const good = pcapBytes(new Dialogue('10.0.0.1:1', broker).open().packets).subarray(24);
    const damage = recordHeader(1, 0xffff_ffff);
    return {
      limits: { damagedPlacesMax: 1 },
      bytes: Buffer.concat([pcapBytes([]), good, damage, good, damage, good]),
    };
  },
  interfacesMax: () => ({ limits: { interfacesMax: 2 }, bytes: pcapngHead(3) }),
  hostNamesMax: () => ({ limits: { hostNamesMax: 3 }, bytes: Buffer.concat([pcapngHead(1), namesBlock(5)]) }),
  secretsBytesMax: () => ({
    limits: { secretsBytesMax: 1_000 },
    bytes: Buffer.concat([pcapngHead(1), secretsBlock(10)]),
  }),
  connectionsMax: () => ({
    limits: { connectionsMax: 2, busyUsMax: 1 },
    bytes: byTime(kafka('10.0.0.1:1', 1_000), kafka('10.0.0.1:2', 2_000), kafka('10.0.0.1:3', 3_000)),
  }),
  idleUsMax: () => ({
    limits: { idleUsMax: 1_000_000 },
    bytes: byTime(kafka('10.0.0.1:1', 1_000), kafka('10.0.0.1:2', 2_000_000)),
  }),
  bufferedBytesPerStreamMax: () => ({ limits: { bufferedBytesPerStreamMax: 3_000 }, bytes: behindHole(5) }),
  bufferedSegmentsPerStreamMax: () => ({ limits: { bufferedSegmentsPerStreamMax: 3 }, bytes: behindHole(5) }),
  bufferedBytesMax: () => ({ limits: { bufferedBytesMax: 3_000 }, bytes: behindHole(5) }),
  undecidedBytesMax: () => {
    const silent = new Dialogue('10.0.0.1:1', other).open();
    for (let count = 0; count < 6; count += 1) silent.client(undecided(996));
    return { limits: { undecidedBytesMax: 3_000 }, bytes: byTime(silent) };
  },
  undecidedBytesTotalMax: () => ({
    limits: { undecidedBytesTotalMax: 3_000, undecidedWaitUsMax: 1 },
    bytes: byTime(
      ...[1, 2, 3, 4].map((port) => new Dialogue(`10.0.0.1:${port}`, other, port * 9_000).open().client(thousand)),
    ),
  }),
  undecidedWaitUsMax: () => {
    const late = new Dialogue('10.0.0.1:1', broker, 1_000).open().client(undecided(96));
    return { limits: { undecidedWaitUsMax: 10_000 }, bytes: byTime(late, kafka('10.0.0.1:2', 900_000)) };
  },
  foreignBytesMax: () => {
    const foreign = new Dialogue('10.0.0.1:1', other).open();
    for (let count = 0; count < 6; count += 1) foreign.client(thousand);
    return { limits: { foreignBytesMax: 3_000 }, bytes: byTime(foreign) };
  },
  orderedBytesMax: () => {
    const first = new Dialogue('10.0.0.1:1', other, 1_000).open();
    const second = kafka('10.0.0.1:2', 2_000);
    for (let id = 10; id < 60; id += 1) second.client(apiVersionsRequest(id)).broker(apiVersionsResponse(id));
    return { limits: { orderedBytesMax: 2_000 }, bytes: byTime(first, second) };
  },
  evidenceBytesMax: () => ({
    limits: { evidenceBytesMax: 1_500 },
    bytes: byTime(new Dialogue('10.0.0.1:1', other).open().client(longRequest(1)).close()),
  }),
  evidenceRequestsMax: () => {
    const asking = new Dialogue('10.0.0.1:1', other).open();
    for (let id = 1; id <= 4; id += 1) asking.client(longRequest(id));
    return { limits: { evidenceRequestsMax: 2, evidenceBytesMax: 1_500 }, bytes: byTime(asking.close()) };
  },
  kafkaEndpointsMax: () => ({
    limits: { kafkaEndpointsMax: 1 },
    bytes: byTime(kafka('10.0.0.1:1', 1_000), kafka('10.0.0.1:2', 2_000, '10.0.0.3:9092')),
  }),
  notKafkaListedMax: () => ({
    limits: { notKafkaListedMax: 1 },
    bytes: byTime(
      new Dialogue('10.0.0.1:1', other, 1_000).open().client('GET / HTTP/1.1').close(),
      new Dialogue('10.0.0.1:2', '10.0.0.8:80', 2_000).open().client('GET / HTTP/1.1').close(),
    ),
  }),
  tlsSessionsMax: () => {
    const packet = new Dialogue('10.0.0.1:1', broker).open().packets[0] ?? { atUs: 0, bytes: thousand };
    return {
      limits: { tlsSessionsMax: 2 },
      bytes: Buffer.concat([pcapngHead(1), secretsBlock(3), packetBlock(packet)]),
    };
  },
  tlsHeldBytesMax: () => {
    // A ClientHello and an alert that both announce 16 KiB, of which little comes.
    const hello = Buffer.alloc(1_000);
    hello.set([22, 3, 1, 0x40, 0x00, 1, 0, 0x3f, 0xfc, 3, 3]);
    const answer = Buffer.alloc(1_000);
    answer.set([22, 3, 3, 0x40, 0x00, 2, 0, 0x3f, 0xfc, 3, 3]);
    const stopped = (port: number) =>
      new Dialogue(`10.0.0.1:${port}`, broker, port * 9_000).open().client(hello).broker(answer);
    return { limits: { tlsHeldBytesMax: 2_500 }, bytes: byTime(stopped(1), stopped(2)) };
  },
  unreadTlsToldMax: async () => ({
    limits: { unreadTlsToldMax: 1 },
    bytes: byTime(...(await handshakes(2, () => '10.0.0.2:9093'))),
  }),
  fragmentedPacketsMax: () => {
    const packets = [1, 2, 3].map((identification): SyntheticPacket => {
      const fields = { from: '10.0.0.3:1', to: broker, seq: 1, payload: thousand };
      const ip = Buffer.from(ipv4Bytes(fields, { fragment: 0x2001 }));
      ip.writeUInt16BE(identification, 4);
      return { atUs: 1_000_000 + identification, bytes: ethernetBytes(ip) };
    });
    return { limits: { fragmentedPacketsMax: 2 }, bytes: pcapBytes(packets) };
  },
};
