import { close as closeFd, fstat, open as openFd } from 'node:fs';
import { type FileHandle, open, readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { systemErrorCode } from '../wire/system-error.ts';
import { CaptureError } from './capture-error.ts';
import { PipeBytes } from './pipe-bytes.ts';
import type { ByteSource } from './types.ts';

/** Large enough that the calls cost nothing beside the bytes; fits the second-level cache of most machines. */
const readBytes = 1_048_576;

/** Opens a path, or `stdin` for `-`; throws `CaptureError` with the reason a person can act on. */
export async function openBytes(path: string, stdin: NodeJS.ReadableStream): Promise<ByteSource> {
  if (path === '-') return (stdin === process.stdin ? await openStandardInput() : null) ?? fromStream(stdin, null);
  let handle: FileHandle | null = null;
  try {
    // A named pipe waits for its writer, which only a socket can be torn away from.
    if ((await stat(path)).isFIFO()) return new PipeBytes(await promisify(openFd)(path, 'r'));
    handle = await open(path, 'r');
    const facts = await handle.stat();
    if (facts.isDirectory())
      throw new CaptureError('KS_CAPTURE_DIRECTORY', `${path} is a directory: name a capture file in it`);
    if (!facts.isFile()) return fromStream(handle.createReadStream({ highWaterMark: readBytes }), null);
    return new FileBytes(handle, facts.size);
  } catch (cause) {
    await handle?.close();
    throw cause instanceof CaptureError ? cause : openError(path, cause);
  }
}

/** Standard input where it is a pipe that can be opened once more; null where it must be read as the stream it is. */
async function openStandardInput(): Promise<ByteSource | null> {
  let fd = -1;
  try {
    if (!(await promisify(fstat)(0)).isFIFO()) return null;
    fd = await promisify(openFd)('/dev/stdin', 'r');
    return new PipeBytes(fd);
  } catch {
    // A pipe of another user (`sudo tcpdump | …`) or a system without that name: the stream reads it as well.
    if (fd >= 0) closeFd(fd, () => undefined);
    return null;
  }
}

/** Longest key log read: several hundred thousand sessions. */
const keyLogBytesMax = 268_435_456;

/** The text of a key log file; throws `CaptureError` with the reason a person can act on. */
export async function readKeyLog(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > keyLogBytesMax) {
      throw new CaptureError(
        'KS_CAPTURE_READ',
        `the key log ${path} has ${size} bytes (at most ${keyLogBytesMax} are read): keep only the lines of this capture's time`,
      );
    }
    const text = await readFile(path, 'latin1');
    if (!/^[A-Z0-9_]+ [0-9a-fA-F]{64} /m.test(text)) {
      throw new CaptureError(
        'KS_CAPTURE_READ',
        `${path} has no line of a TLS key log (such as \`CLIENT_RANDOM <hex> <hex>\`): let the client or the broker write one, e.g. with SSLKEYLOGFILE`,
      );
    }
    return text;
  } catch (cause) {
    throw cause instanceof CaptureError ? cause : openError(path, cause);
  }
}

/** Reads under way at a time: with one, the reader waits for it half of the time, however little there is to read. */
const readsAhead = 3;

/** A part of a file that is being read. */
interface PendingRead {
  readonly position: number;
  readonly buffer: Uint8Array;
  readonly result: Promise<{ readonly bytesRead: number }>;
}

/**
 * Reads a file through a few buffers in turn: while one is worked on, the others fill. Fresh buffers for every chunk
 * would cost more in page faults than the bytes take to copy.
 */
class FileBytes implements ByteSource {
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly totalBytes: number;
  readonly #handle: FileHandle;
  readonly #pending: PendingRead[] = [];
  #closed = false;

  constructor(handle: FileHandle, totalBytes: number) {
    this.#handle = handle;
    this.totalBytes = totalBytes;
    this.chunks = this.#read();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // Whoever waits for a read hears of its error; closing has nothing to add.
    const finished = Promise.allSettled(this.#pending.map(({ result }) => result));
    finished.then(() => this.#handle.close()).catch(() => undefined);
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    const spare: Uint8Array[] = [];
    for (let count = 0; count <= readsAhead; count += 1) spare.push(new Uint8Array(readBytes));
    /** Where the next read begins, and where the next chunk does. */
    let ahead = 0;
    let position = 0;
    let lent: Uint8Array | null = null;
    try {
      for (;;) {
        // Beyond the size that the file had there is one read at a time, until one finds nothing: it may have grown.
        while (this.#pending.length < readsAhead && (ahead < this.totalBytes || this.#pending.length === 0)) {
          const buffer = spare.pop();
          if (buffer === undefined) break;
          this.#begin(ahead, buffer);
          ahead += readBytes;
        }
        const next = this.#pending[0];
        if (next === undefined || this.#closed) return;
        const { bytesRead } = await next.result;
        this.#pending.shift();
        // What was read behind a read that came up short does not follow on: it is read again.
        const follows = next.position === position;
        if (follows && bytesRead === 0) return;
        if (follows) position += bytesRead;
        if (follows && bytesRead < readBytes) ahead = position;
        if (!follows) {
          spare.push(next.buffer);
          continue;
        }
        if (lent !== null) spare.push(lent);
        lent = next.buffer;
        yield bytesRead === readBytes ? next.buffer : next.buffer.subarray(0, bytesRead);
      }
    } finally {
      this.close();
    }
  }

  #begin(position: number, buffer: Uint8Array): void {
    if (this.#closed) return;
    const result = this.#handle.read(buffer, 0, readBytes, position);
    // The failure is told when the chunk is asked for, which is later.
    result.catch(() => undefined);
    this.#pending.push({ position, buffer, result });
  }
}

function fromStream(stream: NodeJS.ReadableStream, totalBytes: number | null): ByteSource {
  return {
    chunks: bytesOf(stream),
    totalBytes,
    close: () => {
      if ('destroy' in stream && typeof stream.destroy === 'function') stream.destroy();
    },
  };
}

async function* bytesOf(stream: NodeJS.ReadableStream): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) yield typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk;
}

function openError(path: string, cause: unknown): CaptureError {
  const code = systemErrorCode(cause);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new CaptureError(
      'KS_CAPTURE_NOT_FOUND',
      `${path} does not exist: check the path (\`-\` reads standard input)`,
      {
        cause,
      },
    );
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new CaptureError(
      'KS_CAPTURE_PERMISSION',
      `${path} may not be read by this user: captures made as root often are root's own; change its owner or mode, or pipe it in with \`sudo cat\``,
      { cause },
    );
  }
  return readError(path, cause);
}

/** Reading failed below us, at any point. */
export function readError(path: string, cause: unknown): CaptureError {
  const name = path === '-' ? 'standard input' : path;
  const what = cause instanceof Error ? cause.message : String(cause);
  return new CaptureError('KS_CAPTURE_READ', `${name} can not be read (${what}): what was read before is kept`, {
    cause,
  });
}
