import type { EngineEvent, TrafficEvent } from '../../exchange/event.ts';
import type { Exchange } from '../../exchange/exchange.ts';
import { closingOf, messageOf, openingOf } from '../../export/pcapng/entries.ts';
import type { RecordingEntry } from '../../export/pcapng/types.ts';

/** Bytes on their way to the recording's thread and its disk; beyond it exchanges are left out of the recording. */
export const recordingQueueBytesMax = 64 * 1024 * 1024;

/** Bytes of frames that travel together: a message between threads costs as much as copying several KiB. */
const batchBytes = 256 * 1024;

/** Emptied chunks kept to be filled again: memory fresh from the system costs more than the copy into it. */
const freeChunksMax = 64;

/** What an entry costs beside its bytes. */
const entryOverheadBytes = 512;

/** What is kept of a response that there is no room for, so that its request does not look unanswered. */
const headBytes = 64;

const cutComment = 'cut: the disk is too slow for the recording';

/** A batch on its way: entries whose bytes lie in `buffers`, which travel with it. */
export interface RecordingBatch {
  readonly entries: readonly RecordingEntry[];
  readonly buffers: readonly ArrayBuffer[];
  readonly costBytes: number;
}

/**
 * The near half of a recording: copies what the engine shows, during the call, into batches, and never waits. When more
 * is on its way than may be, exchanges are dropped from the recording: whole ones, or all but the head of a response
 * whose request is in the file already.
 */
export class RecordingQueue {
  readonly #send: (batch: RecordingBatch) => void;
  readonly #bytesMax: number;
  #entries: RecordingEntry[] = [];
  #buffers: ArrayBuffer[] = [];
  #chunk = new Uint8Array(batchBytes);
  #used = 0;
  readonly #free: Uint8Array<ArrayBuffer>[] = [];
  #costBytes = 0;
  #queuedBytes = 0;
  #dropped = 0;
  /** Exchanges in flight whose request was dropped: their response is dropped with it. */
  readonly #left = new Set<number>();
  /** Connections that the recording knows. */
  readonly #opened = new Set<number>();

  constructor(send: (batch: RecordingBatch) => void, bytesMax = recordingQueueBytesMax) {
    this.#send = send;
    this.#bytesMax = bytesMax;
  }

  /** Exchanges that should be in the recording and are not, or not whole. */
  get dropped(): number {
    return this.#dropped;
  }

  /** True when entries wait for `flush`. */
  get waiting(): boolean {
    return this.#entries.length > 0;
  }

  /** The thread is done with so much, and gives the buffers back. */
  done(costBytes: number, buffers: readonly ArrayBuffer[]): void {
    this.#queuedBytes -= costBytes;
    for (const buffer of buffers) {
      if (buffer.byteLength === batchBytes && this.#free.length < freeChunksMax)
        this.#free.push(new Uint8Array(buffer));
    }
  }

  /** Takes what the engine found. */
  take(event: EngineEvent): void {
    if (event.kind === 'started') this.#request(event.exchange);
    else if (event.kind === 'completed') this.#response(event.exchange);
    else this.#event(event);
  }

  /** Sends what has gathered. */
  flush(): void {
    if (this.#entries.length === 0) return;
    if (this.#used > 0) this.#buffers.push(this.#chunk.buffer);
    const batch = { entries: this.#entries, buffers: this.#buffers, costBytes: this.#costBytes };
    this.#entries = [];
    this.#buffers = [];
    if (this.#used > 0) this.#chunk = this.#free.pop() ?? new Uint8Array(batchBytes);
    this.#used = 0;
    this.#costBytes = 0;
    this.#send(batch);
  }

  #request(exchange: Exchange): void {
    const { request } = exchange;
    if (request === null) return;
    if (!this.#hasRoom(request.bytes.length)) {
      this.#left.add(exchange.seq);
      return;
    }
    this.#message(exchange, 'request', this.#copy, request.bytes.length);
  }

  #response(exchange: Exchange): void {
    if (this.#left.delete(exchange.seq)) {
      this.#dropped += 1;
      return;
    }
    const { response } = exchange;
    if (response === null) return;
    if (this.#hasRoom(response.bytes.length)) {
      this.#message(exchange, 'response', this.#copy, response.bytes.length);
      return;
    }
    this.#dropped += 1;
    if (exchange.request === null) return;
    const entry = messageOf(exchange, 'response', (bytes) => this.#copy(bytes.subarray(0, headBytes)));
    if (entry !== null) this.#push({ ...entry, comment: `${entry.comment}; ${cutComment}`, opaque: true }, headBytes);
  }

  /** A connection is opened with its first exchange: one that never carried any is of no use to a reader. */
  #message(
    exchange: Exchange,
    side: 'request' | 'response',
    copy: (bytes: Uint8Array) => Uint8Array,
    bytes: number,
  ): void {
    const { connection } = exchange;
    if (!this.#opened.has(connection.id)) {
      this.#opened.add(connection.id);
      this.#push(openingOf(connection), 0);
    }
    const entry = messageOf(exchange, side, copy);
    if (entry !== null) this.#push(entry, bytes);
  }

  #event(event: TrafficEvent): void {
    if (event.event !== 'connection-closed' || event.connection === null) return;
    if (!this.#opened.delete(event.connection)) return;
    const entry = closingOf(event);
    if (entry !== null) this.#push(entry, 0);
  }

  #hasRoom(bytes: number): boolean {
    // One frame larger than the queue may pass when nothing else is on its way.
    return this.#queuedBytes === 0 || this.#queuedBytes + bytes + entryOverheadBytes <= this.#bytesMax;
  }

  /** A copy for another thread: in the chunk that travels, or in a buffer of its own. */
  readonly #copy = (bytes: Uint8Array): Uint8Array => {
    const { length } = bytes;
    if (length > batchBytes / 2) {
      const own = new Uint8Array(length);
      own.set(bytes);
      this.#buffers.push(own.buffer);
      return own;
    }
    if (this.#used + length > batchBytes) this.flush();
    const start = this.#used;
    this.#used = start + length;
    this.#chunk.set(bytes, start);
    return this.#chunk.subarray(start, start + length);
  };

  #push(entry: RecordingEntry, bytes: number): void {
    this.#entries.push(entry);
    const cost = bytes + entryOverheadBytes;
    this.#costBytes += cost;
    this.#queuedBytes += cost;
    if (this.#costBytes >= batchBytes) this.flush();
  }
}
