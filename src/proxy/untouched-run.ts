import type { FramePathHost } from './frame-path-host.ts';

const noBytes = new Uint8Array(0);

/**
 * The broker's chunk at hand and the run of bytes in it that go on as they are: they are forwarded in one piece, up to
 * where something is kept back or put in their place.
 *
 *     chunk  ──went on──┬── the run ──┬── not read yet ──
 *                      from           at
 */
export class UntouchedRun {
  readonly #host: Pick<FramePathHost, 'forward'>;
  #from = 0;

  chunk: Uint8Array = noBytes;
  /** The first byte of the chunk that was not read yet; only ever moved forward. */
  at = 0;

  constructor(host: Pick<FramePathHost, 'forward'>) {
    this.#host = host;
  }

  /** A chunk was read; the one before is over. */
  begin(chunk: Uint8Array): void {
    this.chunk = chunk;
    this.at = 0;
    this.#from = 0;
  }

  /** Forwards the run that ends here; the whole chunk as the very array it came in. */
  flush(): void {
    const { chunk, at } = this;
    if (at > this.#from) {
      const whole = this.#from === 0 && at === chunk.length;
      this.#host.forward(whole ? chunk : chunk.subarray(this.#from, at), at < chunk.length);
    }
    this.#from = at;
  }

  /** Goes on behind `bytes` that are not to be forwarded from here. */
  pass(bytes: number): void {
    this.at += bytes;
    this.#from = this.at;
  }

  /** Nothing more of the chunk is read or forwarded. */
  drop(): void {
    this.pass(this.chunk.length - this.at);
  }

  /** The chunk is over: its memory is its owner's again. What happens now happens behind it: `at` stays. */
  end(): void {
    this.chunk = noBytes;
  }
}
