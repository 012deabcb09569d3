import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { systemErrorCode } from '../../wire/system-error.ts';
import { RunError } from '../run-error.ts';
import { numberedFiles, numberedName } from './file-names.ts';
import type { RecordingConfig } from './types.ts';

/** A recording in one file, or in numbered ones. */
export function isRotating({ fileBytesMax, fileDurationMs }: RecordingConfig): boolean {
  return fileBytesMax !== null || fileDurationMs !== null;
}

/** The name of a recording's file, counted from 1. */
export function fileName(config: RecordingConfig, number: number): string {
  return isRotating(config) ? numberedName(config.path, number) : config.path;
}

/**
 * Opens a recording's first file, for its owner alone. Throws a RunError with the sentence for the person: a file that
 * is there already stays as it is unless `--record-overwrite` was given. A pipe or device is written to as it is.
 */
export function openFirstFile(config: RecordingConfig): number {
  const path = fileName(config, 1);
  try {
    if (isRotating(config)) clearNumbered(config);
    const special = statSync(path, { throwIfNoEntry: false });
    if (special !== undefined && !special.isFile() && !special.isDirectory()) return openSync(path, 'w');
    return openSync(path, config.overwrite ? 'w' : 'wx', 0o600);
  } catch (error) {
    if (error instanceof RunError) throw error;
    const code = systemErrorCode(error);
    if (code === 'EEXIST') throw alreadyThere(path);
    const next = code === 'ENOENT' ? 'make its folder first' : 'name a file in a folder that can be written';
    throw new RunError(`--record: cannot write ${path} (${code}): ${next}.`, 'record-file');
  }
}

/** Numbered files of an earlier run would be taken for this one's. */
function clearNumbered(config: RecordingConfig): void {
  const folder = dirname(config.path);
  const old = numberedFiles(config.path, readdirSync(folder));
  const [first] = old;
  if (first === undefined) return;
  if (!config.overwrite) throw alreadyThere(join(folder, first));
  for (const name of old) rmSync(join(folder, name));
}

function alreadyThere(path: string): RunError {
  return new RunError(
    `--record: ${path} is there already and stays as it is: name another file, or add --record-overwrite.`,
    'record-file',
  );
}

/** Writes whole blocks, file after file. Not a byte of a block that the disk has no room for stays. */
export class RecordingFiles {
  readonly #config: RecordingConfig;
  #descriptor: number;
  #number = 1;
  #bytes = 0;
  #fileBytes = 0;

  constructor(config: RecordingConfig, descriptor: number) {
    this.#config = config;
    this.#descriptor = descriptor;
  }

  get file(): string {
    return fileName(this.#config, this.#number);
  }

  get files(): number {
    return this.#number;
  }

  /** Bytes written to all files. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes written to the file at hand. */
  get fileBytes(): number {
    return this.#fileBytes;
  }

  /** Appends whole blocks. Throws the system's error; of what was written by then only whole blocks stay. */
  write(blocks: Uint8Array): void {
    let at = 0;
    try {
      while (at < blocks.length) at += writeSync(this.#descriptor, blocks, at);
    } catch (error) {
      const whole = wholeBlockBytes(blocks, at);
      if (fstatSync(this.#descriptor).isFile()) ftruncateSync(this.#descriptor, this.#fileBytes + whole);
      this.#count(whole);
      throw error;
    }
    this.#count(blocks.length);
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#fileBytes += bytes;
  }

  /** Goes on in the next file, and deletes the oldest when there are more than may be kept. */
  rotate(): void {
    this.close();
    const number = this.#number + 1;
    const { filesMax, overwrite } = this.#config;
    this.#descriptor = openSync(fileName(this.#config, number), overwrite ? 'w' : 'wx', 0o600);
    this.#number = number;
    this.#fileBytes = 0;
    if (filesMax !== null && number > filesMax) {
      // Somebody may have taken it away already: that is what was wanted.
      rmSync(fileName(this.#config, number - filesMax), { force: true });
    }
  }

  /** Ends the file at hand, on the disk itself: a file that is complete survives a power cut. */
  close(): void {
    const descriptor = this.#descriptor;
    this.#descriptor = -1;
    if (descriptor < 0) return;
    try {
      if (fstatSync(descriptor).isFile()) fdatasyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }
}

/** How many of the first `bytes` belong to whole blocks: each tells its length behind its type. */
function wholeBlockBytes(blocks: Uint8Array, bytes: number): number {
  const view = new DataView(blocks.buffer, blocks.byteOffset, blocks.byteLength);
  let whole = 0;
  while (whole + 8 <= bytes) {
    const end = whole + view.getUint32(whole + 4, true);
    if (end > bytes) break;
    whole = end;
  }
  return whole;
}
