import type { Writable } from 'node:stream';

/** Bytes of finished lines waiting for a slow reader; a live proxy drops lines beyond it, and says so. */
export const outputQueueBytesMax = 64 * 1024 * 1024;

/** Characters that gather before they are written; a line as long as that is written by itself. */
const chunkCharactersMax = 64 * 1024;
/** A chunk that is full, then one more line, at most three bytes of UTF-8 a character. */
const bufferBytes = chunkCharactersMax * 2 * 3;
/** Buffers written at the same time; while a slow reader holds them all, chunks are written as text. */
const buffersMax = 4;

/**
 * Lines to stdout. Nothing waits for the reader: lines gather in chunks, and whoever may wait (a capture's reader)
 * asks `drained()`, while whoever may not (the proxy) asks `isFull` and counts what it drops.
 */
export class LineOutput {
  readonly #stream: Writable;
  readonly #buffers: Buffer[] = [];
  #buffersMade = 0;
  #chunk = '';
  #scheduled = false;
  #closed = false;

  constructor(stream: Writable) {
    this.#stream = stream;
    // Over a file descriptor bytes are gone when the stream says so; any other may pass our very buffer on.
    if (!('fd' in stream)) this.#buffersMade = buffersMax;
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
    return this.#stream.writableLength + this.#chunk.length > outputQueueBytesMax;
  }

  write(line: string): void {
    if (this.#closed) return;
    if (line.length < chunkCharactersMax) this.#chunk += line;
    else {
      // Joined with others it could be longer than any string may be.
      this.flush();
      this.#stream.write(line);
    }
    this.#chunk += '\n';
    if (this.#chunk.length >= chunkCharactersMax) this.flush();
    else if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(() => this.flush());
    }
  }

  flush(): void {
    this.#scheduled = false;
    const text = this.#chunk;
    if (text === '' || this.#closed) return;
    this.#chunk = '';
    const buffer = this.#buffers.pop() ?? this.#newBuffer();
    if (buffer === null) {
      this.#stream.write(text);
      return;
    }
    const bytes = buffer.write(text, 0);
    this.#stream.write(buffer.subarray(0, bytes), () => this.#buffers.push(buffer));
  }

  #newBuffer(): Buffer | null {
    if (this.#buffersMade >= buffersMax) return null;
    this.#buffersMade += 1;
    return Buffer.allocUnsafeSlow(bufferBytes);
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
