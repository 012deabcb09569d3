import type { Writable } from 'node:stream';

/** Bytes of finished lines waiting for a slow reader; a live proxy drops lines beyond it, and says so. */
export const outputQueueBytesMax = 64 * 1024 * 1024;

const flushBytes = 64 * 1024;

/**
 * Lines to stdout. Nothing waits for the reader: lines gather in chunks, and whoever may wait (a capture's reader)
 * asks `drained()`, while whoever may not (the proxy) asks `isFull` and counts what it drops.
 */
export class LineOutput {
  readonly #stream: Writable;
  #chunk: string[] = [];
  #chunkBytes = 0;
  #scheduled = false;
  #closed = false;

  constructor(stream: Writable) {
    this.#stream = stream;
    // The reader went away (`| head`): what is left has nobody to go to.
    stream.on('error', () => {
      this.#closed = true;
    });
  }

  /** True once the reader has gone. */
  get isClosed(): boolean {
    return this.#closed;
  }

  get isFull(): boolean {
    return this.#stream.writableLength + this.#chunkBytes > outputQueueBytesMax;
  }

  write(line: string): void {
    if (this.#closed) return;
    this.#chunk.push(line);
    this.#chunkBytes += line.length + 1;
    if (this.#chunkBytes >= flushBytes) this.flush();
    else if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(() => this.flush());
    }
  }

  flush(): void {
    this.#scheduled = false;
    if (this.#chunk.length === 0 || this.#closed) return;
    const text = `${this.#chunk.join('\n')}\n`;
    this.#chunk = [];
    this.#chunkBytes = 0;
    this.#stream.write(text);
  }

  /** A promise while the reader is behind; undefined when there is room. */
  drained(): Promise<void> | undefined {
    if (this.#closed || !this.#stream.writableNeedDrain) return undefined;
    return new Promise((resolve) => {
      const done = () => {
        this.#stream.off('drain', done);
        this.#stream.off('close', done);
        this.#stream.off('error', done);
        resolve();
      };
      this.#stream.on('drain', done);
      this.#stream.on('close', done);
      this.#stream.on('error', done);
    });
  }

  /** Resolves when everything written so far has been taken. */
  async end(): Promise<void> {
    this.flush();
    if (this.#closed) return;
    await new Promise<void>((resolve) => {
      this.#stream.write('', () => resolve());
      this.#stream.once('error', () => resolve());
    });
  }
}
