import { plainView } from '../plain-view.ts';
import type { Codec } from '../record-batch.ts';
import { type RecordBudget, RecordsFailure } from '../record-limits.ts';
import { compressGzip, uncompressGzip } from './gzip.ts';
import { compressLz4, uncompressLz4 } from './lz4.ts';
import { freshRoom, type OutputRoom } from './output-room.ts';
import { compressSnappy, uncompressSnappy } from './snappy.ts';
import { compressZstd, uncompressZstd, zstdFrameEnds } from './zstd.ts';

/** Every codec call counts as at least this much output: setting one up costs as much as copying some KiB. */
const codecCallBytes = 4096;

/**
 * Uncompresses the payload of a batch within `budget`, and charges it; throws RecordsFailure. `magic` matters to LZ4
 * alone: magic 0 frames carry a header checksum that is wrong by design (KIP-57). `room` says where to: with
 * `reusedRoom` the output must be read before the next one is made.
 */
export function uncompress(
  codec: Codec,
  bytes: Uint8Array,
  magic: number,
  budget: RecordBudget,
  room: OutputRoom = freshRoom,
): Uint8Array {
  if (codec === 'none') return bytes;
  const outputBytesMax = budget.outputBytesMax(bytes.length);
  if (outputBytesMax <= 0) throw new RecordsFailure('limit', 0, 'the set uncompresses to more bytes than allowed');
  let calls = 1;
  let output: Uint8Array;
  switch (codec) {
    case 'gzip':
      output = uncompressGzip(bytes, outputBytesMax);
      break;
    case 'snappy':
      output = uncompressSnappy(bytes, outputBytesMax, room);
      break;
    case 'lz4':
      output = uncompressLz4(bytes, outputBytesMax, magic > 0, room);
      break;
    case 'zstd': {
      if (magic < 2) throw new RecordsFailure('unknown-codec', 0, 'zstd is not allowed below magic 2 (KIP-110)');
      const frameEnds = zstdFrameEnds(bytes);
      calls = frameEnds.length;
      if (calls * codecCallBytes > outputBytesMax)
        throw new RecordsFailure('limit', 0, `zstd: ${calls} frames in one batch`);
      output = uncompressZstd(bytes, frameEnds, outputBytesMax);
      break;
    }
    default:
      return codec satisfies never;
  }
  budget.spendUncompressed(Math.max(output.length, calls * codecCallBytes));
  return plainView(output);
}

/** Compresses the way Kafka's Java producer frames it; `magic` as for `uncompress`. */
export function compress(codec: Codec, bytes: Uint8Array, magic: number): Uint8Array {
  switch (codec) {
    case 'none':
      return bytes;
    case 'gzip':
      return compressGzip(bytes);
    case 'snappy':
      return compressSnappy(bytes);
    case 'lz4':
      return compressLz4(bytes, magic > 0);
    case 'zstd':
      return compressZstd(bytes);
    default:
      return codec satisfies never;
  }
}
