import { PcapngRecording } from '../../src/export/pcapng/recording.ts';
import type {
  RecordedMessage,
  RecordedOpening,
  RecordingEntry,
  RecordingOptions,
} from '../../src/export/pcapng/types.ts';

/** Options of a recording in tests. */
export const recordingOptions: RecordingOptions = {
  payload: 'show',
  unsafeShowSecrets: false,
  application: 'kafka-scope test',
  hardware: 'machine',
  os: 'system 1',
};

/** A connection between documentation addresses. */
export function opening(connection = 1, changes: Partial<RecordedOpening> = {}): RecordedOpening {
  const client = `192.0.2.1:${50_000 + connection}`;
  return {
    kind: 'opened',
    connection,
    atUs: 1_000_000,
    client,
    broker: '198.51.100.2:9092',
    comment: null,
    ...changes,
  };
}

/** A frame of `bytes` that arrived at one instant; it is not decoded by whoever records it unless a test says so. */
export function message(
  from: 'client' | 'broker',
  atUs: number,
  bytes: Uint8Array,
  changes: Partial<RecordedMessage> = {},
): RecordedMessage {
  return {
    kind: 'message',
    connection: 1,
    from,
    atUs,
    lastByteUs: atUs,
    sizeBytes: bytes.length,
    apiKey: 18,
    apiVersion: 3,
    opaque: false,
    rawToken: false,
    comment: null,
    bytes,
    ...changes,
  };
}

/** A file of these entries. */
export function recorded(entries: readonly RecordingEntry[], options: Partial<RecordingOptions> = {}): Uint8Array {
  const recording = new PcapngRecording({ ...recordingOptions, ...options });
  recording.beginFile();
  for (const entry of entries) recording.take(entry);
  return recording.written().slice();
}

/** A block of a pcapng file, taken apart the slow way: length twice, little endian. */
export interface Block {
  readonly type: number;
  readonly body: Buffer;
}

/** The blocks of a file; fails where the two lengths of one differ. */
export function blocksOf(file: Uint8Array): Block[] {
  const bytes = Buffer.from(file);
  const blocks: Block[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32LE(at + 4);
    if (bytes.readUInt32LE(at + length - 4) !== length) throw new Error(`two lengths at ${at}`);
    blocks.push({ type: bytes.readUInt32LE(at), body: bytes.subarray(at + 8, at + length - 4) });
    at += length;
  }
  return blocks;
}

/** Options behind the fixed part of a block. */
export function optionsOf(body: Buffer, at: number): Record<number, Buffer> {
  const options: Record<number, Buffer> = {};
  for (let position = at; position + 4 <= body.length; ) {
    const code = body.readUInt16LE(position);
    const length = body.readUInt16LE(position + 2);
    if (code === 0) break;
    options[code] = body.subarray(position + 4, position + 4 + length);
    position += 4 + ((length + 3) & ~3);
  }
  return options;
}

/** A packet of a file: time, lengths, IP packet, comment. */
export function packetsOf(file: Uint8Array) {
  return blocksOf(file)
    .filter(({ type }) => type === 6)
    .map(({ body }) => {
      const captured = body.readUInt32LE(12);
      return {
        atUs: body.readUInt32LE(4) * 2 ** 32 + body.readUInt32LE(8),
        original: body.readUInt32LE(16),
        ip: body.subarray(20, 20 + captured),
        comment: optionsOf(body, 20 + ((captured + 3) & ~3))[1]?.toString() ?? null,
      };
    });
}
