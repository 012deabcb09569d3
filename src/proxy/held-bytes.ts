/** Most bytes of one response held for a rewrite; a larger ShareFetch is refused (R4). */
export const rewriteFrameBytesMax = 100 * 1024 * 1024;

/** Produce and Fetch responses above this stream through, their NodeEndpoints hidden instead of rewritten. */
export const heldTaggedBytesMax = 256 * 1024;

/** Most bytes of responses held at one time by all connections of a proxy; a frame beyond it is refused. */
export const heldBytesMax = 256 * 1024 * 1024;

/** Frames up to this size are gathered in a pooled buffer: as large as a read, since most of them straddle two. */
export const pooledFrameBytesMax = 256 * 1024;

/** Smaller frames get memory of their own size: a Metadata response of 300 bytes is not worth a large buffer. */
const unpooledFrameBytesMax = 16 * 1024;

/** Pooled buffers kept for the next frame (16 × 256 KiB = 4 MiB). */
const pooledBuffersMax = 16;

/** What a gathered frame of more than `pooledFrameBytesMax` begins with. */
const firstBytes = 4096;

/** Counts the bytes of responses held back until they are whole, over all connections, and lends them memory. */
export class HeldBytes {
  readonly #bytesMax: number;
  readonly #pool: Uint8Array[] = [];
  #bytes = 0;

  constructor(bytesMax: number = heldBytesMax) {
    this.#bytesMax = bytesMax;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** A buffer of at least `bytes`, or null when too much is held already. */
  take(bytes: number): Uint8Array | null {
    const pooled = bytes > unpooledFrameBytesMax && bytes <= pooledFrameBytesMax;
    const capacity = pooled ? pooledFrameBytesMax : bytes;
    if (this.#bytes + capacity > this.#bytesMax) return null;
    this.#bytes += capacity;
    return (pooled ? this.#pool.pop() : undefined) ?? Buffer.allocUnsafeSlow(capacity);
  }

  /** Takes a buffer back. Nothing may refer to it any more, no write either. */
  giveBack(buffer: Uint8Array): void {
    this.#bytes -= buffer.length;
    if (buffer.length === pooledFrameBytesMax && this.#pool.length < pooledBuffersMax) this.#pool.push(buffer);
  }
}

/** One response frame being gathered. Its memory grows with what arrives, never to what was announced. */
export class HeldFrame {
  readonly apiKey: number;
  readonly apiVersion: number;
  /** Size of the whole frame, prefix included. */
  readonly frameBytes: number;
  readonly #held: HeldBytes;
  #buffer: Uint8Array | null = null;
  #bytes = 0;

  constructor(apiKey: number, apiVersion: number, frameBytes: number, held: HeldBytes) {
    this.apiKey = apiKey;
    this.apiVersion = apiVersion;
    this.frameBytes = frameBytes;
    this.#held = held;
  }

  /** What has arrived. */
  get bytes(): Uint8Array {
    return this.#buffer?.subarray(0, this.#bytes) ?? new Uint8Array(0);
  }

  get missingBytes(): number {
    return this.frameBytes - this.#bytes;
  }

  /** Adds bytes; false when the proxy holds too much already. */
  append(bytes: Uint8Array): boolean {
    const buffer = this.#room(this.#bytes + bytes.length);
    if (buffer === null) return false;
    buffer.set(bytes, this.#bytes);
    this.#bytes += bytes.length;
    return true;
  }

  release(): void {
    if (this.#buffer !== null) this.#held.giveBack(this.#buffer);
    this.#buffer = null;
    this.#bytes = 0;
  }

  #room(needed: number): Uint8Array | null {
    const old = this.#buffer;
    if (old !== null && needed <= old.length) return old;
    const grown = this.#held.take(Math.min(this.frameBytes, Math.max(firstBytes, needed * 2)));
    if (grown === null) return null;
    if (old !== null) {
      grown.set(old.subarray(0, this.#bytes));
      this.#held.giveBack(old);
    }
    this.#buffer = grown;
    return grown;
  }
}

/** A response that waits for listeners: where it is and what it is. */
export interface Blocked {
  readonly payload: Uint8Array;
  readonly apiKey: number;
  readonly apiVersion: number;
  /** Bytes of the current chunk it takes; 0 when it was gathered from several. */
  readonly chunkBytes: number;
}
