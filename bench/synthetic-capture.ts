import { closeSync, openSync, writeSync } from 'node:fs';
import { encodeRequest, encodeResponse } from '../src/protocol/encode.ts';
import type { Codec } from '../src/records/record-batch.ts';
import { framed } from '../test/support/conversation.ts';
import { recordBatch } from './messages.ts';

/** The broker's port in every synthetic capture. */
export const capturePort = 9092;

/** What a written capture holds. */
export interface CaptureFacts {
  readonly bytes: number;
  readonly packets: number;
  readonly messages: number;
  readonly records: number;
}

/** What a written capture should look like. */
export interface CaptureShape {
  readonly bytesMin: number;
  readonly recordsPerBatch: number;
  readonly valueBytes: number;
  /** Batches use them in turn. */
  readonly codecs: readonly Codec[];
  /** Payload of a segment: 1,460 on Ethernet, 65,483 on the loopback interface. */
  readonly segmentBytesMax: number;
  /** A bare acknowledgment behind every response, as most stacks send. */
  readonly acknowledges: boolean;
  readonly connections: number;
}

/** Connections from one address; ports above it would run out. */
const connectionsPerAddress = 20_000;
const brokerAddress = [10, 0, 0, 2];
const flushBytes = 1 << 20;
const flagSyn = 0x02;
const flagAck = 0x10;

interface Direction {
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly fromPort: number;
  readonly toPort: number;
  sequence: number;
}

/** Writes Ethernet packets of TCP connections into a classic pcap file, one packet a segment of 1,460 bytes. */
class PcapFile {
  bytes = 0;
  packets = 0;
  readonly #descriptor: number;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #atUs = 1_790_000_000_000_000;

  constructor(path: string) {
    this.#descriptor = openSync(path, 'w');
    const header = Buffer.alloc(24);
    header.writeUInt32LE(0xa1b2c3d4, 0);
    header.writeUInt16LE(2, 4);
    header.writeUInt16LE(4, 6);
    header.writeUInt32LE(262_144, 16); // snaplen
    header.writeUInt32LE(1, 20); // Ethernet
    this.#write(header);
  }

  packet(way: Direction, back: Direction, flags: number, payload: Buffer): void {
    const packet = Buffer.alloc(16 + 14 + 20 + 20);
    const length = 54 + payload.length;
    this.#atUs += 10;
    packet.writeUInt32LE(Math.floor(this.#atUs / 1e6), 0);
    packet.writeUInt32LE(this.#atUs % 1e6, 4);
    packet.writeUInt32LE(length, 8);
    packet.writeUInt32LE(length, 12);
    packet.writeUInt16BE(0x0800, 28); // EtherType IPv4
    packet.writeUInt8(0x45, 30);
    packet.writeUInt16BE(length - 14, 32); // total length
    packet.writeUInt8(64, 38); // time to live
    packet.writeUInt8(6, 39); // TCP
    packet.set(way.from, 42);
    packet.set(way.to, 46);
    packet.writeUInt16BE(way.fromPort, 50);
    packet.writeUInt16BE(way.toPort, 52);
    packet.writeUInt32BE(way.sequence >>> 0, 54);
    packet.writeUInt32BE(back.sequence >>> 0, 58);
    packet.writeUInt8(0x50, 62);
    packet.writeUInt8(flags, 63);
    packet.writeUInt16BE(65_535, 64);
    this.#write(packet);
    this.#write(payload);
    this.packets += 1;
    way.sequence = (way.sequence + payload.length + ((flags & flagSyn) === 0 ? 0 : 1)) >>> 0;
  }

  close(): void {
    this.#flush();
    closeSync(this.#descriptor);
  }

  #write(bytes: Buffer): void {
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    this.bytes += bytes.length;
    if (this.#pendingBytes >= flushBytes) {
      this.#flush();
    }
  }

  #flush(): void {
    writeSync(this.#descriptor, Buffer.concat(this.#pending));
    this.#pending = [];
    this.#pendingBytes = 0;
  }
}

function framedAs(payload: Uint8Array, correlationAt: number, correlationId: number): Buffer {
  const frame = Buffer.from(framed(payload).buffer);
  frame.writeInt32BE(correlationId, correlationAt);
  return frame;
}

function send(file: PcapFile, way: Direction, back: Direction, frame: Buffer, segmentBytesMax: number): void {
  for (let offset = 0; offset < frame.length; offset += segmentBytesMax) {
    file.packet(way, back, flagAck, frame.subarray(offset, offset + segmentBytesMax));
  }
}

interface Pair {
  readonly request: Uint8Array;
  readonly response: Uint8Array;
}

/** Produce v7 and Fetch v11: old enough that tshark 4.0 knows their bodies, so that its figure is one of decoding. */
function pairs(records: number, valueBytes: number, codec: Codec): Pair[] {
  const batch = recordBatch(records, valueBytes, codec);
  const common = { correlationId: 0, clientId: 'bench' };
  const name = 'orders';
  const produce = { acks: 1, timeoutMs: 30_000, topicData: [{ name, partitionData: [{ index: 0, records: batch }] }] };
  const partitionResponses = [{ index: 0, baseOffset: 41n }];
  const fetchPartitions = [{ partition: 0, fetchOffset: 42n, partitionMaxBytes: 1_048_576 }];
  const fetch = { maxWaitMs: 500, minBytes: 1, topics: [{ topic: name, partitions: fetchPartitions }] };
  const fetched = {
    responses: [{ topic: name, partitions: [{ partitionIndex: 0, highWatermark: 142n, records: batch }] }],
  };
  return [
    {
      request: encodeRequest({ ...common, apiKey: 0, apiVersion: 7, body: produce }),
      response: encodeResponse({
        ...common,
        apiKey: 0,
        apiVersion: 7,
        body: { responses: [{ name, partitionResponses }] },
      }),
    },
    {
      request: encodeRequest({ ...common, apiKey: 1, apiVersion: 11, body: fetch }),
      response: encodeResponse({ ...common, apiKey: 1, apiVersion: 11, body: fetched }),
    },
  ];
}

/** Writes a capture of at least `bytesMin` bytes: connections that produce and fetch in turn. */
export function writeSyntheticCapture(path: string, shape: CaptureShape): CaptureFacts {
  const file = new PcapFile(path);
  const exchanges = shape.codecs.flatMap((codec) => pairs(shape.recordsPerBatch, shape.valueBytes, codec));
  const none = Buffer.alloc(0);
  const connections = Array.from({ length: shape.connections }, (_, index) => {
    const clientAddress = [10, 0, 1 + Math.floor(index / connectionsPerAddress), 1];
    const clientPort = 40_000 + (index % connectionsPerAddress);
    const client: Direction = {
      from: clientAddress,
      to: brokerAddress,
      fromPort: clientPort,
      toPort: capturePort,
      sequence: 1000,
    };
    const broker: Direction = {
      from: brokerAddress,
      to: clientAddress,
      fromPort: capturePort,
      toPort: clientPort,
      sequence: 5000,
    };
    file.packet(client, broker, flagSyn, none);
    file.packet(broker, client, flagSyn | flagAck, none);
    file.packet(client, broker, flagAck, none);
    return { client, broker };
  });
  let messages = 0;
  for (let correlationId = 0; file.bytes < shape.bytesMin; correlationId += 1) {
    const pair = exchanges[correlationId % exchanges.length];
    for (const { client, broker } of connections) {
      if (pair !== undefined) {
        send(file, client, broker, framedAs(pair.request, 8, correlationId), shape.segmentBytesMax);
        send(file, broker, client, framedAs(pair.response, 4, correlationId), shape.segmentBytesMax);
        if (shape.acknowledges) file.packet(client, broker, flagAck, none);
        messages += 2;
      }
    }
  }
  file.close();
  // Every exchange carries one batch, in its request or in its response.
  return { bytes: file.bytes, packets: file.packets, messages, records: (messages / 2) * shape.recordsPerBatch };
}
