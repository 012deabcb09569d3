import { closeSync, fstatSync, openSync, statSync, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { systemErrorCode } from '../wire/system-error.ts';
import { CliError, exitCode } from './cli-error.ts';

/** Where a command's bytes go: a file or standard output. */
export interface ByteOutput {
  /** Takes bytes that stay as they are. Throws a CliError when they cannot be written. */
  write(bytes: Uint8Array): void;
  /** A promise while the reader is behind; undefined when there is room. */
  drained(): Promise<void> | undefined;
  /** True once the reader has gone. */
  readonly isClosed: boolean;
  end(): Promise<void>;
}

/**
 * A file for nobody but its owner, since it holds what went over the wire. It is made with the first bytes, so that a
 * run without any leaves an older file alone; `inputs` must not be written over.
 */
export class FileOutput implements ByteOutput {
  readonly isClosed = false;
  readonly #path: string;
  readonly #inputs: readonly string[];
  #descriptor: number | null = null;

  constructor(path: string, inputs: readonly string[]) {
    this.#path = path;
    this.#inputs = inputs;
    if (inputs.some((input) => isSameFile(input, path))) {
      throw new CliError(`-o ${path} is one of the inputs: name another file.`, exitCode.usage);
    }
  }

  write(bytes: Uint8Array): void {
    try {
      this.#descriptor ??= this.#open();
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at);
    } catch (error) {
      if (error instanceof CliError) throw error;
      const code = systemErrorCode(error);
      const next = code === 'ENOSPC' ? 'the disk is full; free some space or name another disk' : `it failed (${code})`;
      throw new CliError(`Writing ${this.#path}: ${next}.`, exitCode.failed);
    }
  }

  drained(): undefined {
    return undefined;
  }

  async end(): Promise<void> {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  #open(): number {
    try {
      const descriptor = openSync(this.#path, 'w', 0o600);
      if (this.#inputs.includes('-') && isStdin(descriptor)) {
        throw new CliError(`-o ${this.#path} is standard input itself: name another file.`, exitCode.usage);
      }
      return descriptor;
    } catch (error) {
      if (error instanceof CliError) throw error;
      throw new CliError(
        `-o: cannot write ${this.#path} (${systemErrorCode(error)}); name a file in a folder that can be written.`,
        exitCode.usage,
      );
    }
  }
}

/** Standard output, which may be slow or go away. */
export class StreamOutput implements ByteOutput {
  readonly #stream: Writable;
  #closed = false;

  constructor(stream: Writable) {
    this.#stream = stream;
    stream.on('error', () => {
      this.#closed = true;
    });
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  write(bytes: Uint8Array): void {
    if (!this.#closed) this.#stream.write(bytes);
  }

  drained(): Promise<void> | undefined {
    if (this.#closed || !this.#stream.writableNeedDrain) return undefined;
    const { promise, resolve } = Promise.withResolvers<void>();
    const events = ['drain', 'close', 'error'];
    const done = () => {
      for (const event of events) this.#stream.off(event, done);
      resolve();
    };
    for (const event of events) this.#stream.on(event, done);
    return promise;
  }

  async end(): Promise<void> {
    if (this.#closed) return;
    await new Promise<void>((resolve) => {
      this.#stream.write('', () => resolve());
      this.#stream.once('error', () => resolve());
    });
  }
}

function isSameFile(first: string, second: string): boolean {
  if (first === '-') return false;
  try {
    const [a, b] = [statSync(first), statSync(second)];
    return a.dev === b.dev && a.ino === b.ino;
  } catch {
    // One of them does not exist yet.
    return false;
  }
}

function isStdin(descriptor: number): boolean {
  try {
    const [a, b] = [fstatSync(0), fstatSync(descriptor)];
    return a.isFile() && a.dev === b.dev && a.ino === b.ino;
  } catch {
    return false;
  }
}
