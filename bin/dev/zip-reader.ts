import { inflateRawSync } from 'node:zlib';

const endOfDirectorySignature = 0x06054b50;
const directoryEntrySignature = 0x02014b50;
const endOfDirectoryBytes = 22;
const commentBytesMax = 0xffff;

function findEndOfDirectory(zip: Buffer): number {
  const first = Math.max(0, zip.length - endOfDirectoryBytes - commentBytesMax);
  for (let at = zip.length - endOfDirectoryBytes; at >= first; at -= 1) {
    if (zip.readUInt32LE(at) === endOfDirectorySignature) return at;
  }
  throw new Error('not a zip file: no end-of-central-directory record');
}

function entryBytes(zip: Buffer, localHeader: number, method: number, compressedBytes: number): Buffer {
  // The local header repeats name and extra with lengths of its own, which may differ from the directory's.
  const start = localHeader + 30 + zip.readUInt16LE(localHeader + 26) + zip.readUInt16LE(localHeader + 28);
  const data = zip.subarray(start, start + compressedBytes);
  if (method === 0) return data;
  if (method === 8) return inflateRawSync(data);
  throw new Error(`zip compression method ${method} is not supported`);
}

/** The files of a zip (a jar is one) whose name `wanted` accepts, inflated, by name. Zip64 is not needed here. */
export function readZip(zip: Buffer, wanted: (name: string) => boolean): Map<string, Buffer> {
  const end = findEndOfDirectory(zip);
  const count = zip.readUInt16LE(end + 10);
  const files = new Map<string, Buffer>();
  let at = zip.readUInt32LE(end + 16);
  for (let entry = 0; entry < count; entry += 1) {
    if (zip.readUInt32LE(at) !== directoryEntrySignature) throw new Error(`zip directory is damaged at ${at}`);
    const nameBytes = zip.readUInt16LE(at + 28);
    const name = zip.toString('utf8', at + 46, at + 46 + nameBytes);
    if (wanted(name)) {
      files.set(name, entryBytes(zip, zip.readUInt32LE(at + 42), zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20)));
    }
    at += 46 + nameBytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return files;
}
