import { type FileHandle, open, readFile, stat } from 'node:fs/promises';
import { CaptureError } from './capture-error.ts';

/** The bytes of a capture file as they lie on disk or come from a pipe. */
export interface ByteSource {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Size of the file; null for a pipe. */
  readonly totalBytes: number | null;
  /** Stops reading, also while a read waits. */
  close(): void;
}

/** Large enough for disk speed, small enough that the work on one chunk stays in the low milliseconds. */
const readBytes = 131_072;

/** Opens a path, or `stdin` for `-`; throws `CaptureError` with the reason a person can act on. */
export async function openBytes(path: string, stdin: NodeJS.ReadableStream): Promise<ByteSource> {
  if (path === '-') return fromStream(stdin, null);
  let handle: FileHandle | null = null;
  try {
    handle = await open(path, 'r');
    const facts = await handle.stat();
    if (facts.isDirectory())
      throw new CaptureError('KS_CAPTURE_DIRECTORY', `${path} is a directory: name a capture file in it`);
    return fromStream(handle.createReadStream({ highWaterMark: readBytes }), facts.isFile() ? facts.size : null);
  } catch (cause) {
    await handle?.close();
    throw cause instanceof CaptureError ? cause : openError(path, cause);
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
  const code = errorCode(cause);
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

/** The `code` of a Node error; empty when it has none. */
export function errorCode(cause: unknown): string {
  if (cause === null || typeof cause !== 'object' || !('code' in cause)) return '';
  return typeof cause.code === 'string' ? cause.code : '';
}
