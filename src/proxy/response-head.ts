import { int32 } from './request-head.ts';

/** Size prefix and correlation id: what says which request a frame answers. */
export const responseHeadBytes = 8;

/** The head of a response, gathered where chunks cut it. */
export class ResponseHead {
  readonly bytes = new Uint8Array(responseHeadBytes);
  /** Bytes gathered; 0 between cut heads. */
  count = 0;
  /** True while the gathered bytes are not forwarded, since their frame may turn out to be held. */
  withheld = false;
  /** When the first of them was read. */
  atUs = 0;

  get sizeBytes(): number {
    return int32(this.bytes, 0);
  }

  get correlationId(): number {
    return int32(this.bytes, 4);
  }

  /** True once the head says all it has to say; a frame of fewer than 4 bytes has no correlation id. */
  get whole(): boolean {
    return this.count >= this.#needed();
  }

  /** Takes what the chunk has of it from `at` on; returns where it stopped. */
  gather(chunk: Uint8Array, at: number): number {
    let next = at;
    while (next < chunk.length && this.count < this.#needed()) {
      this.bytes[this.count] = chunk[next] ?? 0;
      this.count += 1;
      next += 1;
    }
    return next;
  }

  clear(): void {
    this.count = 0;
    this.withheld = false;
  }

  #needed(): number {
    if (this.count < 4) return 4;
    const { sizeBytes } = this;
    return sizeBytes < 0 ? 4 : Math.min(responseHeadBytes, 4 + sizeBytes);
  }
}
