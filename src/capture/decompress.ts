import { pipeline, Readable, type Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { systemErrorCode } from '../wire/system-error.ts';
import { CaptureError } from './capture-error.ts';

const sniffBytes = 4;
/** Decompressed bytes handed on at once. */
const chunkSize = 262_144;

/**
 * Passes bytes on (a chunk holds until the next one is asked for), decompressed when they begin like gzip or zstd: the content decides, not the file name, because
 * `tcpdump -z` and pipes have no name to go by.
 */
export async function* decompress(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = chunks[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let headBytes = 0;
  while (headBytes < sniffBytes) {
    const next = await source.next();
    if (next.done === true) break;
    headBytes += next.value.length;
    head.push(headBytes < sniffBytes ? new Uint8Array(next.value) : next.value);
  }
  const whole = rejoin(head, source);
  const transform = decompressorFor(Buffer.concat(head, Math.min(headBytes, sniffBytes)));
  if (transform === null) {
    yield* whole;
    return;
  }
  // Errors of either end surface where the output is read.
  pipeline(Readable.from(copies(whole)), transform.stream, () => undefined);
  try {
    for await (const chunk of transform.stream) yield chunk;
  } catch (cause) {
    throw decompressError(transform.name, cause);
  }
}

/** The stream asks for chunks ahead of the decompressor, and a chunk only holds until the next one. */
async function* copies(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield new Uint8Array(chunk);
}

async function* rejoin(head: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* head;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

function decompressorFor(first: Buffer): { readonly name: string; readonly stream: Transform } | null {
  if (first.length >= 2 && first[0] === 0x1f && first[1] === 0x8b) {
    return { name: 'gzip', stream: createGunzip({ chunkSize }) };
  }
  if (first.length < sniffBytes) return null;
  const magic = first.readUInt32LE(0);
  // A zstd file may also begin with a skippable frame (RFC 8878).
  const zstd = magic === 0xfd2fb528 || (magic & 0xfffffff0) >>> 0 === 0x184d2a50;
  return zstd ? { name: 'zstd', stream: createZstdDecompress({ chunkSize }) } : null;
}

function decompressError(name: string, cause: unknown): unknown {
  const code = systemErrorCode(cause);
  if (code === 'Z_BUF_ERROR') {
    return new CaptureError(
      'KS_CAPTURE_TRUNCATED',
      `the ${name} stream around the capture ends early: everything before its end was read; copy the file again`,
      { cause },
    );
  }
  if (!code.startsWith('Z_') && !code.startsWith('ZSTD_')) return cause;
  const what = cause instanceof Error ? cause.message : code;
  return new CaptureError(
    'KS_CAPTURE_COMPRESSION',
    `the ${name} stream around the capture is damaged (${what}): everything before the damage was read; check it with \`${name} -t\``,
    { cause },
  );
}
