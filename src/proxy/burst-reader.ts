/** The plain bytes of one TLS record (RFC 8446, 5.1), and as much as Node takes out of TLS at a time. */
export const recordBytesMax = 16 * 1024;

/** Size of a burst's buffer: as much as a busy plaintext socket reads at a time. */
export const burstBytes = 256 * 1024;

/** Size of a burst's buffer when the budget of large ones is used up. */
const smallBurstBytes = 2 * recordBytesMax;

/** Buffers of either size kept for the next burst. */
const spareBuffersMax = 8;

/** Counts large buffers: `take` is false when there are to be no more. */
export interface LargeBuffers {
  take(): boolean;
  giveBack(): void;
}

/** Who is told what a burst brought. */
export interface BurstTarget {
  bytesArrived(bytes: Uint8Array): void;
  peerEnded(): void;
}

/**
 * What the TLS sockets of a proxy share: the place where each record lands, the buffers in which records become
 * bursts, and the one burst that is under way. The event loop reads one socket after another, so a burst is over when
 * another socket brings bytes, and the last one when the loop has read them all.
 */
export class BurstMemory {
  /** Where the bytes of a record are put; they are copied before the next one comes, from whichever socket. */
  readonly landing: Uint8Array = Buffer.allocUnsafeSlow(recordBytesMax);
  readonly #budget: LargeBuffers;
  readonly #afterReads: (task: () => void) => void;
  readonly #spareLarge: Uint8Array[] = [];
  readonly #spareSmall: Uint8Array[] = [];
  #current: BurstReader | null = null;
  #asked = false;

  /** `afterReads` runs a task when the event loop has read all sockets that are ready. */
  constructor(budget: LargeBuffers, afterReads: (task: () => void) => void = setImmediate) {
    this.#budget = budget;
    this.#afterReads = afterReads;
  }

  /** A reader has got bytes: it delivers them when its burst is over. */
  grew(reader: BurstReader): void {
    const before = this.#current;
    if (before === reader) return;
    this.#current = reader;
    if (!this.#asked) {
      this.#asked = true;
      this.#afterReads(this.#over);
    }
    before?.deliver();
  }

  /** Another socket is read: the burst under way is over, and must not wait until that one's bytes are dealt with. */
  endBurst(): void {
    const last = this.#current;
    if (last === null) return;
    this.#current = null;
    last.deliver();
  }

  /** A buffer for a burst: large while the budget lasts. */
  take(): Uint8Array {
    if (this.#budget.take()) return this.#spareLarge.pop() ?? Buffer.allocUnsafeSlow(burstBytes);
    return this.#spareSmall.pop() ?? Buffer.allocUnsafeSlow(smallBurstBytes);
  }

  /** Takes a buffer back. `free`: no write refers to it any more, so that it may be filled again. */
  giveBack(buffer: Uint8Array, free: boolean): void {
    const isLarge = buffer.length === burstBytes;
    if (isLarge) this.#budget.giveBack();
    const spare = isLarge ? this.#spareLarge : this.#spareSmall;
    const fits = isLarge || buffer.length === smallBurstBytes;
    if (free && fits && spare.length < spareBuffersMax) spare.push(buffer);
  }

  readonly #over = (): void => {
    this.#asked = false;
    this.endBurst();
  };
}

/**
 * Puts the records that one socket brings in a row together, so that a request of seven records is one piece and one
 * write, and no record costs memory that the garbage collector must find. Between bursts it holds nothing.
 * Paused it delivers nothing; what TLS still brings then (what it had decrypted: a record or two) waits.
 */
export class BurstReader {
  readonly #memory: BurstMemory;
  readonly #target: BurstTarget;
  #buffer: Uint8Array | null = null;
  #delivered = 0;
  #filled = 0;
  #paused = true;
  #delivering = false;
  #ended = false;
  #closed = false;

  /** It comes paused. */
  constructor(memory: BurstMemory, target: BurstTarget) {
    this.#memory = memory;
    this.#target = target;
  }

  /** `bytes`, at most `recordBytesMax`, arrived; they are copied. */
  add(bytes: Uint8Array): void {
    if (this.#closed) return;
    const buffer = this.#roomFor(bytes.length);
    buffer.set(bytes, this.#filled);
    this.#filled += bytes.length;
    if (this.#paused) return;
    this.#memory.grew(this);
    if (buffer.length - this.#filled < recordBytesMax) this.deliver();
  }

  /** The burst is over: its bytes are the target's until the reader resumes from a pause, or at once without one. */
  deliver(): void {
    if (this.#delivering) return;
    this.#delivering = true;
    while (this.#buffer !== null && this.#filled > this.#delivered && !this.#paused && !this.#closed) {
      const bytes = this.#buffer.subarray(this.#delivered, this.#filled);
      this.#delivered = this.#filled;
      this.#target.bytesArrived(bytes);
    }
    this.#delivering = false;
    if (this.#paused || this.#closed) return;
    this.#letGo(true);
    this.#tellEnd();
  }

  /** The peer will send nothing more: told behind all bytes. */
  end(): void {
    this.#ended = true;
    this.deliver();
    if (this.#filled === this.#delivered) this.#tellEnd();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.deliver();
  }

  /** Nothing is delivered any more. */
  close(): void {
    this.#closed = true;
    this.#letGo(false);
  }

  #tellEnd(): void {
    if (!this.#ended || this.#closed) return;
    this.#ended = false;
    this.#target.peerEnded();
  }

  #letGo(free: boolean): void {
    if (this.#buffer !== null) this.#memory.giveBack(this.#buffer, free);
    this.#buffer = null;
    this.#delivered = 0;
    this.#filled = 0;
  }

  /** The buffer, with room behind what it holds. A full one may still be written from: the rest moves to another. */
  #roomFor(byteCount: number): Uint8Array {
    const full = this.#buffer;
    if (full === null) {
      this.#buffer = this.#memory.take();
      return this.#buffer;
    }
    if (full.length - this.#filled >= byteCount) return full;
    const waiting = full.subarray(this.#delivered, this.#filled);
    this.#letGo(false);
    const wanted = waiting.length + byteCount;
    let buffer = this.#memory.take();
    if (buffer.length < wanted) {
      this.#memory.giveBack(buffer, true);
      // An odd size: it is none of those that are counted and used again.
      buffer = Buffer.allocUnsafeSlow(2 * wanted + 1);
    }
    buffer.set(waiting);
    this.#buffer = buffer;
    this.#filled = waiting.length;
    return buffer;
  }
}
