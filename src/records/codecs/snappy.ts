import { RecordsFailure } from '../record-limits.ts';
import { freshRoom, type OutputRoom } from './output-room.ts';
import { compressSnappyBlock, readSnappyPreamble, uncompressSnappyBlock } from './snappy-block.ts';

/** The xerial framing Java puts around snappy blocks: 82 "SNAPPY" 00, then version and compatible version. */
const xerialMagic = Uint8Array.of(0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00);
const xerialHeaderBytes = 16;
const xerialVersion = 1;
/** Input bytes a block, as Kafka's Java writer cuts them. */
const xerialBlockBytes = 32 * 1024;

/**
 * Uncompresses snappy; throws RecordsFailure. Java frames its blocks (xerial), librdkafka and others may write one
 * raw block: the 8-byte magic tells them apart.
 */
export function uncompressSnappy(bytes: Uint8Array, outputBytesMax: number, room: OutputRoom = freshRoom): Uint8Array {
  if (!hasXerialHeader(bytes, 0)) {
    const total = announcedBytes(bytes, 0, bytes.length, outputBytesMax);
    const output = room(total);
    uncompressInto(bytes, 0, bytes.length, output, 0, total);
    return output.subarray(0, total);
  }
  // First the announced lengths, then one buffer of their sum.
  let total = 0;
  forEachBlock(bytes, (start, end) => {
    total += announcedBytes(bytes, start, end, outputBytesMax - total);
  });
  const output = room(total);
  let written = 0;
  forEachBlock(bytes, (start, end) => {
    const next = written + announcedBytes(bytes, start, end, total);
    uncompressInto(bytes, start, end, output, written, next);
    written = next;
  });
  return output.subarray(0, total);
}

function hasXerialHeader(bytes: Uint8Array, at: number): boolean {
  if (bytes.length - at < xerialHeaderBytes) return false;
  for (let n = 0; n < xerialMagic.length; n += 1) if (bytes[at + n] !== xerialMagic[n]) return false;
  return true;
}

function forEachBlock(bytes: Uint8Array, visit: (start: number, end: number) => void): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at < bytes.length) {
    // A header may come again where streams were joined; the Java reader allows that too.
    if (hasXerialHeader(bytes, at)) {
      at += xerialHeaderBytes;
      continue;
    }
    if (bytes.length - at < 4) throw new RecordsFailure('truncated', at, 'snappy: a block size is cut');
    const blockBytes = view.getInt32(at);
    if (blockBytes < 0) throw new RecordsFailure('bad-size', at, 'snappy: a negative block size');
    at += 4;
    if (blockBytes > bytes.length - at) throw new RecordsFailure('truncated', at, 'snappy: a block is cut');
    visit(at, at + blockBytes);
    at += blockBytes;
  }
}

function announcedBytes(bytes: Uint8Array, start: number, end: number, outputBytesMax: number): number {
  const preamble = readSnappyPreamble(bytes, start, end);
  if (preamble === null)
    throw new RecordsFailure('bad-compression', start, 'snappy: the announced length cannot be true');
  if (preamble.uncompressedBytes > outputBytesMax) {
    throw new RecordsFailure('limit', start, `snappy: more than ${outputBytesMax} bytes of output`);
  }
  return preamble.uncompressedBytes;
}

function uncompressInto(
  bytes: Uint8Array,
  start: number,
  end: number,
  output: Uint8Array,
  at: number,
  stop: number,
): void {
  const preamble = readSnappyPreamble(bytes, start, end);
  if (preamble === null || !uncompressSnappyBlock(bytes, preamble.elementsAt, end, output, at, stop)) {
    throw new RecordsFailure('bad-compression', start, 'snappy: the block is malformed');
  }
}

/** Compresses to xerial-framed snappy, as Kafka's Java writer does. */
export function compressSnappy(bytes: Uint8Array): Uint8Array {
  const header = new Uint8Array(xerialHeaderBytes);
  header.set(xerialMagic);
  const view = new DataView(header.buffer);
  view.setInt32(8, xerialVersion);
  view.setInt32(12, xerialVersion);
  const parts: Uint8Array[] = [header];
  for (let start = 0; start < bytes.length; start += xerialBlockBytes) {
    const block = compressSnappyBlock(bytes, start, Math.min(bytes.length, start + xerialBlockBytes));
    const size = new Uint8Array(4);
    new DataView(size.buffer).setInt32(0, block.length);
    parts.push(size, block);
  }
  return Buffer.concat(parts);
}
