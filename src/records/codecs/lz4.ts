import { RecordsFailure } from '../record-limits.ts';
import { blockMalformed, compressLz4Block, uncompressLz4Block } from './lz4-block.ts';
import { freshRoom, type OutputRoom } from './output-room.ts';
import { xxhash32 } from './xxhash32.ts';

/** LZ4 frame magic, little-endian on the wire: 04 22 4D 18. */
const frameMagic = 0x184d2204;

const flag = {
  versionMask: 0xc0,
  version1: 0x40,
  independent: 0x20,
  blockChecksum: 0x10,
  contentSize: 0x08,
  dictionary: 0x01,
} as const;

/** Highest bit of a block's size: its bytes are stored as they are. */
const storedBlock = 0x80000000;

/** What Kafka's Java writer uses: 64 KiB blocks, independent of each other, no checksums but the header's. */
const writerFlags = flag.version1 | flag.independent;
const writerBlockCode = 4;
const writerBlockBytes = 65_536;

interface FrameHeader {
  readonly flags: number;
  readonly blockBytesMax: number;
  readonly blocksAt: number;
}

/**
 * Uncompresses an LZ4 frame; throws RecordsFailure. `checkHeader` is false for magic 0 messages, whose header
 * checksum Kafka's first writers computed over the wrong bytes (KIP-57). Linked blocks are read too, although Kafka's
 * Java client refuses them; like that client we do not look at the content checksum, nor behind the end mark.
 */
export function uncompressLz4(
  bytes: Uint8Array,
  outputBytesMax: number,
  checkHeader: boolean,
  roomFor: OutputRoom = freshRoom,
): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { flags, blockBytesMax, blocksAt } = readHeader(view, bytes, checkHeader);
  const checksumBytes = (flags & flag.blockChecksum) !== 0 ? 4 : 0;
  let output = roomFor(Math.min(outputBytesMax, blockBytesMax, bytes.length * 4));
  let written = 0;
  let at = blocksAt;
  for (;;) {
    need(view, at, 4);
    const field = view.getUint32(at, true);
    if (field === 0) return output.subarray(0, written);
    at += 4;
    const stored = field >= storedBlock;
    const blockBytes = stored ? field - storedBlock : field;
    if (blockBytes > blockBytesMax)
      throw new RecordsFailure('bad-size', at - 4, 'lz4: a block larger than its frame allows');
    need(view, at, blockBytes + checksumBytes);
    const end = at + blockBytes;
    if (checksumBytes > 0 && xxhash32(bytes, at, end) !== view.getUint32(end, true)) {
      throw new RecordsFailure('bad-checksum', at, 'lz4: the block checksum differs');
    }
    // An LZ4 byte yields at most 255: room for that, but never more than the frame or the limit allows.
    const room = Math.min(blockBytesMax, outputBytesMax - written, stored ? blockBytes : blockBytes * 255);
    output = withRoom(output, written, room, outputBytesMax, roomFor);
    if (stored && blockBytes > room) throw tooLarge(at, outputBytesMax);
    if (stored) output.set(bytes.subarray(at, end), written);
    const windowStart = (flags & flag.independent) !== 0 ? written : 0;
    const next = stored
      ? written + blockBytes
      : uncompressLz4Block(bytes, at, end, output, written, written + room, windowStart);
    if (next < 0) {
      const overLimit = next !== blockMalformed && room < blockBytesMax;
      throw overLimit
        ? tooLarge(at, outputBytesMax)
        : new RecordsFailure('bad-compression', at, 'lz4: the block is malformed');
    }
    written = next;
    at = end + checksumBytes;
  }
}

function readHeader(view: DataView, bytes: Uint8Array, checkHeader: boolean): FrameHeader {
  need(view, 0, 7);
  if (view.getUint32(0, true) !== frameMagic)
    throw new RecordsFailure('bad-compression', 0, 'lz4: no frame begins here');
  const flags = view.getUint8(4);
  if ((flags & flag.versionMask) !== flag.version1)
    throw new RecordsFailure('bad-compression', 4, 'lz4: unknown frame version');
  if ((flags & flag.dictionary) !== 0)
    throw new RecordsFailure('bad-compression', 4, 'lz4: the frame needs a dictionary');
  const blockCode = (view.getUint8(5) >>> 4) & 7;
  if (blockCode < 4) throw new RecordsFailure('bad-compression', 5, 'lz4: unknown block size');
  const checksumAt = (flags & flag.contentSize) !== 0 ? 14 : 6;
  need(view, 0, checksumAt + 1);
  if (checkHeader && view.getUint8(checksumAt) !== ((xxhash32(bytes, 4, checksumAt) >>> 8) & 0xff)) {
    throw new RecordsFailure('bad-checksum', checksumAt, 'lz4: the header checksum differs');
  }
  return { flags, blockBytesMax: 1 << (8 + 2 * blockCode), blocksAt: checksumAt + 1 };
}

function need(view: DataView, at: number, count: number): void {
  if (count > view.byteLength - at) throw new RecordsFailure('truncated', at, 'lz4: the frame is cut');
}

function tooLarge(at: number, outputBytesMax: number): RecordsFailure {
  return new RecordsFailure('limit', at, `lz4: more than ${outputBytesMax} bytes of output`);
}

function withRoom(
  output: Uint8Array<ArrayBuffer>,
  written: number,
  room: number,
  outputBytesMax: number,
  roomFor: OutputRoom,
): Uint8Array<ArrayBuffer> {
  const needed = written + room;
  if (needed <= output.length) return output;
  const grown = roomFor(Math.min(outputBytesMax, Math.max(needed, output.length * 2)));
  grown.set(output.subarray(0, written));
  return grown;
}

/**
 * Compresses to an LZ4 frame as Kafka's Java writer frames it. Without `correctHeader` the header checksum is the
 * wrong one magic 0 readers were written for (KIP-57).
 */
export function compressLz4(bytes: Uint8Array, correctHeader: boolean): Uint8Array {
  const header = new Uint8Array(7);
  new DataView(header.buffer).setUint32(0, frameMagic, true);
  header[4] = writerFlags;
  header[5] = writerBlockCode << 4;
  header[6] = (xxhash32(header, correctHeader ? 4 : 0, 6) >>> 8) & 0xff;
  const parts: Uint8Array[] = [header];
  for (let start = 0; start < bytes.length; start += writerBlockBytes) {
    const end = Math.min(bytes.length, start + writerBlockBytes);
    const packed = compressLz4Block(bytes, start, end);
    const stored = packed.length >= end - start;
    const size = new Uint8Array(4);
    new DataView(size.buffer).setUint32(0, stored ? storedBlock + end - start : packed.length, true);
    parts.push(size, stored ? bytes.subarray(start, end) : packed);
  }
  parts.push(new Uint8Array(4));
  return Buffer.concat(parts);
}
