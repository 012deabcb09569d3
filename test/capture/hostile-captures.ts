import { Writable } from 'node:stream';
import { createGzip, createZstdCompress } from 'node:zlib';
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

/** Bytes of a capture made to harm its reader, in pieces. */
export type HostileCapture = () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

const head = pcapBytes([]);
const broker = '10.9.9.9:9092';
const clientOf = (index: number) => `10.${1 + (index >> 15)}.${(index >> 7) & 255}.${1 + (index & 127)}:40000`;

/** The records of packets, without a file header. */
function records(packets: readonly SyntheticPacket[]): Uint8Array {
  return pcapBytes(packets).subarray(24);
}

/** A pcapng block: type, length, body, length, little-endian. */
function block(type: number, body: Uint8Array, claimed?: number): Buffer {
  const bytes = Buffer.alloc(12 + Math.ceil(body.length / 4) * 4);
  bytes.writeUInt32LE(type, 0);
  bytes.writeUInt32LE((claimed ?? bytes.length) >>> 0, 4);
  bytes.set(body, 8);
  bytes.writeUInt32LE((claimed ?? bytes.length) >>> 0, bytes.length - 4);
  return bytes;
}

/** A section header of unknown length. */
function section(): Buffer {
  const body = Buffer.alloc(16, 0xff);
  body.writeUInt32LE(0x1a2b3c4d, 0); // byte order magic
  body.writeUInt16LE(1, 4); // version 1.0
  body.writeUInt16LE(0, 6);
  return block(0x0a0d0d0a, body);
}

/** An Ethernet interface; `options` as they stand in the file. */
function ethernet(options: Uint8Array = new Uint8Array(0)): Buffer {
  const body = Buffer.alloc(8);
  body.writeUInt16LE(1, 0);
  return block(1, Buffer.concat([body, options]));
}

function repeated(bytes: Uint8Array, times: number): Uint8Array {
  return Buffer.concat(Array.from({ length: times }, () => bytes));
}

/** A conversation that proves the broker's endpoint, so that what follows is told to the engine. */
function proof(): Uint8Array {
  const dialogue = new Dialogue('10.0.0.1:39999', broker).open();
  return records(dialogue.client(apiVersionsRequest(1)).broker(apiVersionsResponse(1)).close().packets);
}

async function* squeezed(compressor: ReturnType<typeof createGzip>, zeros: number): AsyncGenerator<Uint8Array> {
  const feed = async () => {
    const sink = Writable.fromWeb(Writable.toWeb(compressor));
    sink.write(head);
    const piece = Buffer.alloc(1_048_576);
    for (let written = 0; written < zeros; written += piece.length) {
      if (!sink.write(piece)) await new Promise<void>((resolve) => sink.once('drain', resolve));
    }
    sink.end();
  };
  const fed = feed();
  for await (const chunk of compressor) yield chunk;
  await fed;
}

function* connections(
  count: number,
  say: (index: number) => Iterable<SyntheticPacket>,
  atOnce: number = 256,
): Generator<Uint8Array> {
  yield head;
  yield proof();
  for (let index = 0; index < count; index += atOnce) {
    const packets: SyntheticPacket[] = [];
    for (let each = index; each < Math.min(count, index + atOnce); each += 1) packets.push(...say(each));
    yield records(packets);
  }
}

/** The bytes of a frame that never ends: its size prefix, then whatever. */
function endless(sizeBytes: number, byteCount: number): Buffer {
  const bytes = Buffer.alloc(byteCount, 1);
  bytes.writeInt32BE(sizeBytes, 0);
  return bytes;
}

/** Captures that lie, flood and bomb. The name says what is expected of none of them: to end badly. */
export const hostileCaptures: Readonly<Record<string, HostileCapture>> = {
  'a packet of 4 GiB': () => {
    const record = Buffer.alloc(16);
    record.writeUInt32LE(0xffffffff, 8); // captured length
    record.writeUInt32LE(0xffffffff, 12);
    return [head, record, Buffer.alloc(1_000_000)];
  },
  'blocks that lie about their length': function* () {
    yield Buffer.concat([section(), ethernet()]);
    const lies = [0, 5, 11, 13, 0x7ffffffc, 0xfffffffc].map((claimed) => block(6, Buffer.alloc(40), claimed));
    for (let round = 0; round < 200; round += 1) yield repeated(Buffer.concat(lies), 50);
  },
  'a million interfaces': function* () {
    yield section();
    for (let round = 0; round < 100; round += 1) yield repeated(ethernet(), 10_000);
  },
  'sections without end': function* () {
    for (let round = 0; round < 100; round += 1) yield repeated(Buffer.concat([section(), ethernet()]), 2_000);
  },
  'options that lie about their length': function* () {
    yield section();
    const option = Buffer.from([9, 0, 0xff, 0xff, 6, 0, 0, 0]);
    for (let round = 0; round < 50; round += 1) yield repeated(ethernet(option), 1_000);
  },
  'secrets by the hundred megabytes': function* () {
    yield Buffer.concat([section(), ethernet()]);
    const line = `CLIENT_RANDOM ${'a'.repeat(64)} ${'b'.repeat(96)}\n`;
    const secrets = Buffer.from(line.repeat(6_000));
    const body = Buffer.alloc(8 + secrets.length);
    body.writeUInt32LE(0x544c534b, 0); // an NSS key log
    body.writeUInt32LE(secrets.length, 4);
    body.set(secrets, 8);
    for (let round = 0; round < 300; round += 1) yield block(10, body);
  },
  'a gzip bomb': () => squeezed(createGzip({ level: 9 }), 200_000_000),
  'a zstd bomb': () => squeezed(createZstdCompress() as unknown as ReturnType<typeof createGzip>, 200_000_000),
  'a hundred thousand open Kafka connections': () =>
    connections(100_000, (index) => new Dialogue(clientOf(index), broker).open().client(apiVersionsRequest(7)).packets),
  'fifty thousand connections nobody can name': () =>
    connections(50_000, (index) => {
      const server = `10.200.${(index >> 8) & 255}.${index & 255}:7000`;
      return new Dialogue(clientOf(index), server).open().client(endless(60_000, 1_400)).packets;
    }),
  'fifty thousand TLS handshakes that stop': () =>
    connections(50_000, (index) => {
      // A ClientHello record of 16 KiB of which a tenth comes.
      const hello = Buffer.alloc(1_400, 0);
      hello.set([22, 3, 1, 0x40, 0x00, 1, 0, 0x3f, 0xfc, 3, 3]);
      const alert = Buffer.from([22, 3, 3, 0x40, 0x00, 2, 0, 0x3f, 0xfc, 3, 3, ...new Array(1_300).fill(0)]);
      return new Dialogue(clientOf(index), '10.8.8.8:9093').open().client(hello).broker(alert).packets;
    }),
  'frames that are announced and never end': () =>
    connections(
      400,
      (index) => {
        const dialogue = new Dialogue(clientOf(index), broker).open();
        for (let piece = 0; piece < 48; piece += 1) {
          dialogue.client(piece === 0 ? endless(90_000_000, 64_000) : Buffer.alloc(64_000, 1));
        }
        return dialogue.packets;
      },
      1,
    ),
  'segments that overlap each other': function* () {
    yield head;
    yield proof();
    const opened = new Dialogue('10.0.0.2:40000', broker).open();
    yield records(opened.packets);
    const payload = Buffer.alloc(1_000, 7);
    for (let round = 0; round < 200; round += 1) {
      const packets: SyntheticPacket[] = [];
      for (let each = 0; each < 1_000; each += 1) {
        const at = 5_000 + (((round * 1_000 + each) * 7_919) % 8_000_000);
        packets.push(tcpPacket(2_000_000 + each, { from: '10.0.0.2:40000', to: broker, seq: 1_001 + at, payload }));
      }
      yield records(packets);
    }
  },
  'segments far ahead of every window': () =>
    connections(
      200,
      (index) => {
        const from = clientOf(index);
        const packets = [...new Dialogue(from, broker).open().packets];
        for (let piece = 0; piece < 40; piece += 1) {
          const seq = 1_001 + 100_000_000 + piece * 50_000_000;
          packets.push(tcpPacket(3_000_000, { from, to: broker, seq, payload: Buffer.alloc(60_000, 3) }));
        }
        return packets;
      },
      1,
    ),
  'fragments of packets that never complete': function* () {
    yield head;
    for (let round = 0; round < 200; round += 1) {
      const packets: SyntheticPacket[] = [];
      for (let each = 0; each < 500; each += 1) {
        const ip = Buffer.from(
          ipv4Bytes({ from: '10.0.0.3:1', to: broker, seq: 1, payload: Buffer.alloc(1_400) }, { fragment: 0x2001 }),
        );
        ip.writeUInt16BE((round * 500 + each) & 0xffff, 4);
        packets.push({ atUs: 1_000_000 + round, bytes: ethernetBytes(ip) });
      }
      yield records(packets);
    }
  },
  'packets inside packets inside packets': function* () {
    yield head;
    let inner = Buffer.from(ipv4Bytes({ from: '10.0.0.3:1', to: broker, seq: 1, payload: 'x' }));
    for (let layer = 0; layer < 2_000; layer += 1) {
      const outer = Buffer.from(inner.subarray(0, 20));
      outer.writeUInt16BE(Math.min(65_535, inner.length + 20), 2);
      outer[9] = 4; // IP in IP
      inner = Buffer.concat([outer, inner]);
    }
    for (let round = 0; round < 100; round += 1) {
      yield records([{ atUs: 1_000_000, bytes: ethernetBytes(inner) }]);
    }
  },
};
