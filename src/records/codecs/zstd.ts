import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { RecordsFailure } from '../record-limits.ts';
import { chunkBytesFor } from './chunk-size.ts';
import { exactBytes } from './exact-bytes.ts';
import { zlibFailure } from './zlib-failure.ts';

const frameMagic = 0xfd2fb528;
const skippableMagic = 0x184d2a50;
const runLengthBlock = 1;

/**
 * Where each zstd frame of `bytes` ends (RFC 8878 §3.1). Kafka payloads may hold several frames, but Node's
 * zstdDecompressSync stops silently after the first one, so the frames are walked here and handed over one by one.
 */
export function zstdFrameEnds(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const ends: number[] = [];
  let at = 0;
  do {
    at = frameEnd(view, at);
    ends.push(at);
  } while (at < bytes.length);
  return ends;
}

function frameEnd(view: DataView, start: number): number {
  const magic = readUint32(view, start);
  if ((magic & 0xfffffff0) >>> 0 === skippableMagic) {
    return within(view, start, start + 8 + readUint32(view, start + 4));
  }
  if (magic !== frameMagic) throw new RecordsFailure('bad-compression', start, 'zstd: no frame begins here');
  const descriptor = view.getUint8(within(view, start, start + 5) - 1);
  const singleSegment = (descriptor & 0x20) !== 0;
  const contentSizeFlag = descriptor >>> 6;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const contentSizeBytes = contentSizeFlag === 0 ? Number(singleSegment) : 1 << contentSizeFlag;
  let at = start + 5 + Number(!singleSegment) + dictionaryBytes + contentSizeBytes;
  for (let last = false; !last; ) {
    within(view, start, at + 3);
    const block = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
    last = (block & 1) === 1;
    at += 3 + (((block >>> 1) & 3) === runLengthBlock ? 1 : block >>> 3);
  }
  const checksumBytes = descriptor & 4;
  return within(view, start, at + checksumBytes);
}

function readUint32(view: DataView, at: number): number {
  return view.getUint32(within(view, at, at + 4) - 4, true);
}

function within(view: DataView, start: number, end: number): number {
  if (end > view.byteLength) throw new RecordsFailure('truncated', start, 'zstd: the frame is cut');
  return end;
}

/**
 * Uncompresses the zstd frames that end at `frameEnds` to at most `outputBytesMax` bytes together; throws
 * RecordsFailure. Frames without content size are what streaming writers such as Kafka's make.
 */
export function uncompressZstd(bytes: Uint8Array, frameEnds: readonly number[], outputBytesMax: number): Uint8Array {
  const outputs: Uint8Array[] = [];
  let start = 0;
  let left = outputBytesMax;
  for (const end of frameEnds) {
    const output = uncompressFrame(bytes.subarray(start, end), left);
    left -= output.length;
    outputs.push(output);
    start = end;
  }
  const [only] = outputs;
  return outputs.length === 1 && only !== undefined ? only : Buffer.concat(outputs);
}

/** Output of the frame before: batches of a topic are alike, and most writers leave out how much a frame holds. */
let frameBytesBefore = 0;

function uncompressFrame(frame: Uint8Array, outputBytesMax: number): Uint8Array {
  try {
    const chunkSize = chunkBytesFor(frameBytesBefore);
    const output = zstdDecompressSync(frame, { maxOutputLength: Math.max(1, outputBytesMax), chunkSize });
    frameBytesBefore = output.length;
    return exactBytes(output);
  } catch (error) {
    throw zlibFailure(error, 'zstd', outputBytesMax);
  }
}

/** Compresses to one zstd frame. */
export function compressZstd(bytes: Uint8Array): Uint8Array {
  return zstdCompressSync(bytes);
}
