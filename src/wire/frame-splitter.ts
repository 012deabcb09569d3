import { AssemblyBuffers } from './assembly-buffers.ts';
import { type Frame, frameBytesMax } from './frame.ts';
import type { Side } from './segment.ts';

/** Bytes kept of a stream that is no Kafka, enough to name what it is instead (`first-bytes.ts`). */
export const firstBytesMax = 16;

/** Events held for a caller that feeds the splitter again before it drained it; beyond it the direction is given up. */
export const backlogEventsMax = 65_536;

const prefixBytes = 4;

/** What a direction of a connection yields: frames, and at most one last event that says why there are no more. */
export type FrameEvent =
  | { readonly kind: 'frame'; readonly frame: Frame }
  /** A size no Kafka peer sends; `firstBytes` are our own copy and begin with that size. */
  | {
      readonly kind: 'not-kafka';
      readonly firstBytes: Uint8Array;
      readonly sizeBytes: number;
      readonly streamOffset: number;
    }
  /** A loss after which nobody knows where the next frame begins; `streamOffset` is where the loss begins. */
  | { readonly kind: 'lost-sync'; readonly streamOffset: number };

const noBytes = new Uint8Array(0);

/**
 * Cuts one direction's byte stream at Kafka's int32 size prefixes. Like h11, `receive` stores and `next` parses:
 * feed a chunk, then call `next` until it returns undefined. The bytes of a frame are a view that holds until the
 * next `receive`; the chunk itself is not looked at any more once `next` has returned undefined.
 */
export class FrameSplitter {
  readonly #from: Side;
  readonly #frameBytesMax: number;
  readonly #buffers: AssemblyBuffers;
  #chunk: Uint8Array = noBytes;
  #at = 0;
  #chunkUs = 0;
  #forwardedUs: number | null = null;
  /** Offset in the stream of the first byte of `#chunk`; lost bytes count as if they had come. */
  #chunkOffset = 0;
  #over = false;
  readonly #backlog: FrameEvent[] = [];
  #backlogTaken = 0;

  // The frame in flight: begun in an earlier chunk, not complete. `#seen` counts its bytes, prefix included.
  #seen = 0;
  #prefix = 0;
  #sizeBytes = -1;
  #frameOffset = 0;
  #firstByteUs = 0;
  #body: Uint8Array = noBytes;
  #kept = 0;
  #missing = 0;
  /** What the frame claimed of `#buffers`, and the room it holds there. */
  #claimed = 0;
  #heldBytes = 0;

  constructor(from: Side, options?: { readonly frameBytesMax?: number; readonly buffers?: AssemblyBuffers }) {
    this.#from = from;
    this.#frameBytesMax = options?.frameBytesMax ?? frameBytesMax;
    this.#buffers = options?.buffers ?? new AssemblyBuffers();
  }

  /** Bytes of the unfinished frame that arrived so far, its 4-byte prefix included; 0 between frames. */
  get pendingBytes(): number {
    return this.#seen - this.#missing;
  }

  /** Size the unfinished frame announced (without the prefix); null between frames or inside a prefix. */
  get announcedBytes(): number | null {
    return this.#seen > 0 && this.#sizeBytes >= 0 ? this.#sizeBytes : null;
  }

  /** Bytes that arrived, in stream order, at `atUs`, and were handed on at `forwardedUs`. */
  receive(bytes: Uint8Array, atUs: number, forwardedUs: number | null = null): void {
    this.#settle();
    if (this.#over) return;
    this.#chunk = bytes;
    this.#at = 0;
    this.#chunkUs = atUs;
    this.#forwardedUs = forwardedUs;
  }

  /** So many bytes of whole frames passed at a frame's border and are not shown: only offsets move. */
  skip(bytes: number): void {
    this.#settle();
    if (!this.#over) this.#chunkOffset += bytes;
  }

  /**
   * Bytes known to be lost here; null when nobody knows how many. The frame in flight comes out with what arrived
   * before the loss. When the loss ends inside or exactly at the end of that frame parsing goes on behind it,
   * otherwise the direction ends with `lost-sync`.
   */
  gap(missingBytes: number | null, atUs: number): void {
    this.#settle();
    if (this.#over || missingBytes === 0) return;
    const lossOffset = this.#chunkOffset;
    const sized = this.#seen > 0 && this.#sizeBytes >= 0;
    const restBytes = sized ? this.#sizeBytes + prefixBytes - this.#seen : 0;
    if (sized && missingBytes !== null && missingBytes > 0 && missingBytes < restBytes) {
      this.#missing += missingBytes;
      this.#seen += missingBytes;
      this.#chunkOffset += missingBytes;
      return;
    }
    if (sized) {
      this.#missing += restBytes;
      this.#queueCopy(this.#takeFrame(atUs, null));
      if (missingBytes === restBytes) {
        this.#chunkOffset += missingBytes;
        return;
      }
    }
    if (this.#over) return;
    this.#end();
    this.#queue({ kind: 'lost-sync', streamOffset: lossOffset });
  }

  /** A frame is known to begin with the next byte, `skippedBytes` after the direction was given up. */
  restart(skippedBytes: number): void {
    this.#forgetFrame();
    this.#chunk = noBytes;
    this.#at = 0;
    this.#chunkOffset += skippedBytes;
    this.#over = false;
  }

  /** The direction is over: what it holds of an unfinished frame goes. */
  close(): void {
    this.#end();
  }

  /** The next frame or final event; undefined when more bytes are needed. */
  next(): FrameEvent | undefined {
    return this.#backlog.length > 0 ? this.#takeBacklog() : this.#parse();
  }

  #parse(): FrameEvent | undefined {
    const chunk = this.#chunk;
    const at = this.#at;
    const left = chunk.length - at;
    if (left === 0) return this.#finishChunk();
    if (this.#seen > 0 || left < prefixBytes) return this.#continueFrame();
    const sizeBytes =
      ((chunk[at] as number) << 24) |
      ((chunk[at + 1] as number) << 16) |
      ((chunk[at + 2] as number) << 8) |
      (chunk[at + 3] as number);
    if (sizeBytes < 0 || sizeBytes > this.#frameBytesMax) {
      return this.#notKafka(new Uint8Array(chunk.subarray(at, at + firstBytesMax)), sizeBytes, this.#chunkOffset + at);
    }
    const start = at + prefixBytes;
    if (left - prefixBytes < sizeBytes) return this.#continueFrame();
    this.#at = start + sizeBytes;
    return {
      kind: 'frame',
      frame: {
        from: this.#from,
        // Not `subarray`: of the Buffers that sockets give it makes Buffers, which costs four times as much.
        bytes: new Uint8Array(chunk.buffer, chunk.byteOffset + start, sizeBytes),
        sizeBytes,
        streamOffset: this.#chunkOffset + at,
        firstByteUs: this.#chunkUs,
        lastByteUs: this.#chunkUs,
        forwardedUs: this.#forwardedUs,
        missingBytes: 0,
      },
    };
  }

  /** The path of a frame that spans chunks: takes what the chunk has of it and yields it when it is whole. */
  #continueFrame(): FrameEvent | undefined {
    const chunk = this.#chunk;
    if (this.#seen === 0) {
      this.#frameOffset = this.#chunkOffset + this.#at;
      this.#firstByteUs = this.#chunkUs;
      this.#prefix = 0;
    }
    while (this.#seen < prefixBytes) {
      if (this.#at === chunk.length) return this.#finishChunk();
      this.#prefix = (this.#prefix << 8) | (chunk[this.#at] as number);
      this.#at += 1;
      this.#seen += 1;
    }
    if (this.#sizeBytes < 0) {
      if (this.#prefix < 0 || this.#prefix > this.#frameBytesMax) return this.#notKafkaAcrossChunks();
      this.#sizeBytes = this.#prefix;
      this.#claimed = this.#buffers.claim(this.#sizeBytes);
    }
    const taken = Math.min(this.#sizeBytes + prefixBytes - this.#seen, chunk.length - this.#at);
    // After a loss the rest of the frame is only counted: `bytes` ends where the loss began.
    // The same where all frames in flight together would need too much: the frame comes out cut.
    if (this.#missing === 0 && !this.#keep(chunk, this.#at, taken)) this.#missing = taken;
    this.#seen += taken;
    this.#at += taken;
    if (this.#seen - prefixBytes < this.#sizeBytes) return this.#finishChunk();
    return this.#takeFrame(this.#chunkUs, this.#forwardedUs);
  }

  /** Appends to the assembly buffer, which doubles with what arrived where the announced size is not trusted. */
  #keep(chunk: Uint8Array, start: number, count: number): boolean {
    if (count === 0) return true;
    const needed = this.#kept + count;
    if (needed > this.#body.length) {
      const grown = this.#buffers.room(this.#sizeBytes, needed, this.#claimed, this.#heldBytes);
      if (grown === null) return false;
      if (this.#kept > 0) grown.set(this.#body.subarray(0, this.#kept));
      this.#body = grown;
      this.#heldBytes = grown.length;
    }
    this.#body.set(start === 0 && count === chunk.length ? chunk : chunk.subarray(start, start + count), this.#kept);
    this.#kept = needed;
    return true;
  }

  #takeFrame(lastByteUs: number, forwardedUs: number | null): FrameEvent {
    const frame: Frame = {
      from: this.#from,
      bytes: this.#kept === this.#body.length ? this.#body : this.#body.subarray(0, this.#kept),
      sizeBytes: this.#sizeBytes,
      streamOffset: this.#frameOffset,
      firstByteUs: this.#firstByteUs,
      lastByteUs,
      forwardedUs,
      missingBytes: this.#missing,
    };
    this.#forgetFrame();
    return { kind: 'frame', frame };
  }

  #forgetFrame(): void {
    if (this.#claimed > 0 || this.#heldBytes > 0) this.#buffers.done(this.#claimed, this.#heldBytes);
    this.#claimed = 0;
    this.#heldBytes = 0;
    this.#seen = 0;
    this.#sizeBytes = -1;
    this.#body = noBytes;
    this.#kept = 0;
    this.#missing = 0;
  }

  /** The chunk is used up: lets go of it, since it belongs to the source again. */
  #finishChunk(): undefined {
    this.#chunkOffset += this.#chunk.length;
    this.#chunk = noBytes;
    this.#at = 0;
    return undefined;
  }

  #notKafkaAcrossChunks(): FrameEvent {
    const more = this.#chunk.subarray(this.#at, this.#at + firstBytesMax - prefixBytes);
    const firstBytes = new Uint8Array(prefixBytes + more.length);
    new DataView(firstBytes.buffer).setInt32(0, this.#prefix);
    firstBytes.set(more, prefixBytes);
    return this.#notKafka(firstBytes, this.#prefix, this.#frameOffset);
  }

  #notKafka(firstBytes: Uint8Array, sizeBytes: number, streamOffset: number): FrameEvent {
    this.#end();
    return { kind: 'not-kafka', firstBytes, sizeBytes, streamOffset };
  }

  #end(): void {
    this.#over = true;
    this.#forgetFrame();
    this.#chunk = noBytes;
    this.#at = 0;
  }

  /** Parses what an undrained chunk still holds, copying it, because the source takes the chunk back now. */
  #settle(): void {
    for (let event = this.#parse(); event !== undefined; event = this.#parse()) this.#queueCopy(event);
  }

  #queueCopy(event: FrameEvent): void {
    if (event.kind !== 'frame') this.#queue(event);
    else this.#queue({ kind: 'frame', frame: { ...event.frame, bytes: new Uint8Array(event.frame.bytes) } });
  }

  #takeBacklog(): FrameEvent | undefined {
    const event = this.#backlog[this.#backlogTaken];
    this.#backlogTaken += 1;
    if (this.#backlogTaken === this.#backlog.length) {
      this.#backlog.length = 0;
      this.#backlogTaken = 0;
    }
    return event;
  }

  #queue(event: FrameEvent): void {
    if (this.#backlog.length < backlogEventsMax) {
      this.#backlog.push(event);
    } else if (!this.#over) {
      const streamOffset = event.kind === 'frame' ? event.frame.streamOffset : event.streamOffset;
      this.#end();
      this.#buffers.lostBacklogs += 1;
      this.#backlog.push({ kind: 'lost-sync', streamOffset });
    }
  }
}
