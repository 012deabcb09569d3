import { BurstMemory } from './burst-reader.ts';

/** Size a socket starts with: 10,000 idle connections (two sockets each) then hold 320 MB of address space, not 5 GB. */
export const smallReadBytes = 16 * 1024;

/** Size of a busy socket: 64 KiB loses a third of the throughput, 1 MiB wins nothing (BASELINES, run 2). */
export const largeReadBytes = 256 * 1024;

/** Large buffers handed out at one time in a process: 512 × 256 KiB = 128 MiB. Beyond it sockets stay small. */
export const largeBuffersMax = 512;

/** Reads in a row that would have fitted a small buffer before a large one is given back. */
const smallReadsBeforeShrink = 512;

/** Counts the large buffers in use, shared by all sockets of a proxy; with what else those share for reading. */
export class ReadBufferBudget {
  readonly bursts: BurstMemory = new BurstMemory(this);
  readonly #largeMax: number;
  #largeInUse = 0;

  constructor(largeMax: number = largeBuffersMax) {
    this.#largeMax = largeMax;
  }

  get largeInUse(): number {
    return this.#largeInUse;
  }

  take(): boolean {
    if (this.#largeInUse >= this.#largeMax) return false;
    this.#largeInUse += 1;
    return true;
  }

  giveBack(): void {
    this.#largeInUse -= 1;
  }
}

/**
 * The buffer one socket reads into, used again for every read. A read that fills it says the socket is busy: the
 * next one gets a large buffer. A buffer is never changed or reused here while a write still refers to it; it is
 * let go, and the garbage collector frees it when the write is done.
 */
export class ReadBuffer {
  readonly #budget: ReadBufferBudget;
  #buffer: Uint8Array | null = null;
  #large = false;
  #smallReads = 0;

  constructor(budget: ReadBufferBudget) {
    this.#budget = budget;
  }

  /** The buffer for the next read. */
  next(): Uint8Array {
    // Slow on purpose: the shared pool of small Buffers would pin its slab for the life of a connection.
    this.#buffer ??= Buffer.allocUnsafeSlow(this.#large ? largeReadBytes : smallReadBytes);
    return this.#buffer;
  }

  /** Learns how much the last read brought. */
  noteRead(bytesRead: number): void {
    if (this.#large) {
      if (bytesRead > smallReadBytes) this.#smallReads = 0;
      else if (++this.#smallReads >= smallReadsBeforeShrink) this.release();
    } else if (bytesRead === smallReadBytes && this.#budget.take()) {
      this.#large = true;
      this.#buffer = null;
    }
  }

  /** Lets go of the buffer: the socket closed, or has been quiet for long. */
  release(): void {
    if (this.#large) this.#budget.giveBack();
    this.#large = false;
    this.#smallReads = 0;
    this.#buffer = null;
  }
}
