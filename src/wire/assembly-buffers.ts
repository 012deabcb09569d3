/** Smallest buffer a frame that spans chunks starts in; small frames therefore never grow. */
const assemblyBytesMin = 4096;

/** Frames up to this are assembled in memory of their own, and copied from it when they are kept. */
const ownBytesMax = 64 * 1024;

/** Room made for a frame on its word alone, before its bytes arrive; a larger one doubles from here. */
const trustedBytesMax = 4 * 1024 * 1024;

/** Room made on their word for all frames together; beyond it room is made only for what arrived. */
export const trustedBytesInAllMax = 64 * 1024 * 1024;

/**
 * Memory for frames that span chunks, shared by all connections. A large frame gets room for all of it at once, in a
 * buffer that can be kept afterwards, so that its bytes are copied once. An announced size is only a claim, so what is
 * made room for on claims alone is limited.
 */
export class AssemblyBuffers {
  readonly #lend: ((bytesMin: number) => Uint8Array) | null;
  readonly #bytesMax: number;
  /** Frames that found no room because all in flight together held too much: they came out cut. */
  cutFrames = 0;
  /** Directions given up because their caller fed them on and on without draining them (`backlogEventsMax`). */
  lostBacklogs = 0;
  #trustedBytes = 0;
  #heldBytes = 0;

  /**
   * `lend` gives buffers of at least the size asked for, which may come with the bytes of others in them. Without it no
   * claim is trusted. `bytesMax`: most bytes of frames in flight, over all who share these buffers.
   */
  constructor(lend: ((bytesMin: number) => Uint8Array) | null = null, bytesMax = Number.POSITIVE_INFINITY) {
    this.#lend = lend;
    this.#bytesMax = bytesMax;
  }

  /** Bytes that room was made for on claims alone. */
  get trustedBytes(): number {
    return this.#trustedBytes;
  }

  /** Bytes of room that frames in flight hold. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** What a frame of this size may claim, until `done` gives it back; 0 when it gets room for what arrived only. */
  claim(sizeBytes: number): number {
    if (sizeBytes <= ownBytesMax || this.#lend === null) return 0;
    const claimed = Math.min(sizeBytes, trustedBytesMax);
    if (this.#trustedBytes + claimed > trustedBytesInAllMax) return 0;
    this.#trustedBytes += claimed;
    return claimed;
  }

  /** The frame is whole or given up, and with it the room it held. */
  done(claimed: number, heldBytes: number): void {
    this.#trustedBytes -= claimed;
    this.#heldBytes -= heldBytes;
  }

  /**
   * Room for a frame of `sizeBytes` of which `neededBytes` are there, in place of the room of `heldBytes` it has. Null
   * where all frames in flight together would hold too much, which is counted: the caller does not ask again.
   */
  room(sizeBytes: number, neededBytes: number, claimed: number, heldBytes: number): Uint8Array | null {
    const bytes = Math.min(sizeBytes, Math.max(assemblyBytesMin, claimed, neededBytes * 2));
    if (this.#heldBytes - heldBytes + bytes > this.#bytesMax) {
      this.cutFrames += 1;
      return null;
    }
    const room = claimed > 0 && this.#lend !== null ? this.#lend(bytes) : new Uint8Array(bytes);
    this.#heldBytes += room.length - heldBytes;
    return room;
  }
}
