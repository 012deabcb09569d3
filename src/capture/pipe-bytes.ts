import { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ByteSource } from './types.ts';

/** As much as a pipe holds: a read never brings more. */
const readBytesMax = 65_536;
/** Read ahead at most, and what is waited for as long as more comes at once: few packets then span two chunks. */
const bufferBytes = 1_048_576;
const chunkBytesWanted = 262_144;

/**
 * Reads a pipe into one buffer, round and round: while one part is worked on, the next fills. A stream would make a
 * buffer for every read, and what lies around of them until it is collected grows with the capture.
 */
export class PipeBytes implements ByteSource {
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly totalBytes = null;
  readonly #buffer = new Uint8Array(bufferBytes);
  readonly #socket: Socket;
  /** The chunk handed out last begins here; the next one at `#next`; the next read goes to `#end`. */
  #lent = 0;
  #next = 0;
  #end = 0;
  /** Reading began anew at the front of the buffer, and what is not handed out yet behind it ends at `#limit`. */
  #wrapped = false;
  #limit = 0;
  #paused = false;
  #ended = false;
  #failure: Error | null = null;
  #wake: () => void = () => undefined;

  /** Takes over the descriptor of a pipe, and closes it. */
  constructor(fd: number) {
    this.#socket = new Socket({
      fd,
      readable: true,
      writable: false,
      onread: {
        buffer: () => this.#buffer.subarray(this.#end, this.#end + readBytesMax),
        callback: (count) => this.#took(count),
      },
    });
    this.#socket.on('error', (error) => {
      this.#failure = error;
      this.#wake();
    });
    for (const event of ['end', 'close']) {
      this.#socket.on(event, () => {
        this.#ended = true;
        this.#wake();
      });
    }
    this.chunks = this.#read();
  }

  close(): void {
    this.#socket.destroy();
  }

  /** False where the next read would meet bytes still in use: reading then goes on when they are given back. */
  #took(count: number): boolean {
    this.#end += count;
    if (bufferBytes - this.#end < readBytesMax) {
      this.#limit = this.#end;
      this.#end = 0;
      this.#wrapped = true;
    }
    this.#wake();
    this.#paused = !this.#hasRoom();
    return !this.#paused;
  }

  #hasRoom(): boolean {
    return !this.#wrapped || this.#end + readBytesMax <= this.#lent;
  }

  /** Bytes that can be handed out in one piece. */
  #ready(): number {
    return (this.#wrapped ? this.#limit : this.#end) - this.#next;
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        while (this.#ready() === 0) {
          if (this.#failure !== null) throw this.#failure;
          if (this.#ended) return;
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
        for (let before = 0, ready = this.#ready(); ready > before && ready < chunkBytesWanted; ) {
          before = ready;
          await nextTurn();
          ready = this.#ready();
        }
        this.#lent = this.#next;
        this.#next += this.#ready();
        yield this.#buffer.subarray(this.#lent, this.#next);
        this.#giveBack();
      }
    } finally {
      this.close();
    }
  }

  #giveBack(): void {
    this.#lent = this.#next;
    if (this.#wrapped && this.#next === this.#limit) {
      this.#lent = 0;
      this.#next = 0;
      this.#wrapped = false;
    }
    if (!this.#paused || !this.#hasRoom() || this.#socket.destroyed) return;
    this.#paused = false;
    this.#socket.resume();
  }
}
