import { createRequire } from 'node:module';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import kafkajsModule from 'kafkajs';
import type { Codec, ScenarioRecord } from '../scenario.ts';

// kafkajs brings gzip only; the others are plug-ins by design. CompressionTypes and CompressionCodecs are reached
// through the default export because Node does not see these two among the names of the CommonJS module.
const { CompressionTypes, CompressionCodecs } = kafkajsModule;
// snappyjs ships no types.
const require = createRequire(import.meta.url);
const { compress, uncompress } = require('snappyjs') as {
  compress(bytes: Uint8Array): Uint8Array;
  uncompress(bytes: Uint8Array, uncompressedBytesMax: number): Uint8Array;
};
const uncompressedBytesMax = 64 << 20;
const xerialMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);

/** Undoes the block framing of the Java snappy stream, which brokers and other clients write. */
function fromXerial(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, xerialMagic.length).equals(xerialMagic)) {
    return Buffer.from(uncompress(bytes, uncompressedBytesMax));
  }
  const blocks: Buffer[] = [];
  for (let offset = 16; offset < bytes.length; ) {
    const length = bytes.readInt32BE(offset);
    blocks.push(Buffer.from(uncompress(bytes.subarray(offset + 4, offset + 4 + length), uncompressedBytesMax)));
    offset += 4 + length;
  }
  return Buffer.concat(blocks);
}

CompressionCodecs[CompressionTypes.Snappy] = () => ({
  compress: async (encoder: { buffer: Buffer }) => Buffer.from(compress(encoder.buffer)),
  decompress: async (bytes: Buffer) => fromXerial(bytes),
});
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: async (encoder: { buffer: Buffer }) => zstdCompressSync(encoder.buffer),
  decompress: async (bytes: Buffer) => zstdDecompressSync(bytes),
});

/** The number kafkajs has for a codec. */
export const compressionOf: Readonly<Record<Codec, number>> = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD,
};

/** A record as kafkajs sends it. */
export function toMessage(record: ScenarioRecord): {
  key: string | null;
  value: string | null;
  headers: Record<string, string>;
} {
  return { key: record.key, value: record.value, headers: Object.fromEntries(record.headers) };
}

/** A record as kafkajs hands it over. */
export interface ReceivedMessage {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Record<string, Buffer | string | (Buffer | string)[] | undefined>;
}

/** The record of a scenario that came back. */
export function toRecord(message: ReceivedMessage): ScenarioRecord {
  return {
    key: message.key === null ? null : message.key.toString(),
    value: message.value === null ? null : message.value.toString(),
    headers: Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)] as const),
  };
}
