import { frameBytesMax } from '../wire/frame.ts';
import { type ExpectedResponses, unexpected } from './expected-responses.ts';
import type { FramePathHost } from './frame-path-host.ts';
import { LookedRanges } from './looked-ranges.ts';
import { int32 } from './request-head.ts';
import { ResponseHead, responseHeadBytes } from './response-head.ts';
import type { UntouchedRun } from './untouched-run.ts';

/** What came of reading a head: its end is not there yet; a frame begins; or these are no frames. */
export const HeadRead = { Cut: 0, Whole: 1, Foreign: 2 } as const;
export type HeadRead = (typeof HeadRead)[keyof typeof HeadRead];

/**
 * Reads the head of every response at the border of the frame before: which request it answers, and whether the
 * inspector is to see the two. Bytes of a head cut between chunks are kept back only where the frame may be held.
 */
export class HeadReader {
  readonly #host: Pick<FramePathHost, 'forward' | 'responseSkipped'>;
  readonly #expected: ExpectedResponses;
  readonly #run: UntouchedRun;
  readonly #cut = new ResponseHead();
  #atUs = 0;

  /** What the inspector is shown of the chunk. */
  readonly looked = new LookedRanges();
  /** Responses whose head was in the chunk. */
  frames = 0;

  /** Of the head read last: the size without its prefix, as announced. */
  sizeBytes = 0;
  /** The key and version it answers, packed, or `unexpected`. */
  answers = unexpected;
  /** How many of its bytes lie behind the reader: 0 where it stood in one chunk, which is then still at its border. */
  taken = 0;

  constructor(
    host: Pick<FramePathHost, 'forward' | 'responseSkipped'>,
    expected: ExpectedResponses,
    run: UntouchedRun,
  ) {
    this.#host = host;
    this.#expected = expected;
    this.#run = run;
  }

  /** True while a head has begun and is not whole, or is and nobody forwarded or took it yet. */
  get underWay(): boolean {
    return this.#cut.count > 0;
  }

  /** True when no byte of the cut head went on yet. */
  get withheld(): boolean {
    return this.#cut.withheld;
  }

  /** The first bytes of the head read last, as far as they are there. */
  get firstBytes(): Uint8Array {
    return this.taken > 0 ? this.#cut.bytes : this.#run.chunk.subarray(this.#run.at);
  }

  /** A chunk was read at `atUs`. */
  begin(atUs: number): void {
    this.#atUs = atUs;
    this.frames = 0;
    this.looked.begin(atUs);
  }

  /** Reads on; the run stands at a frame's border, or in the head that was cut. */
  read(): HeadRead {
    const { chunk, at } = this.#run;
    if (this.#cut.count > 0 || chunk.length - at < responseHeadBytes) return this.#readCut();
    return this.#match(int32(chunk, at), int32(chunk, at + 4), 0);
  }

  #readCut(): HeadRead {
    const cut = this.#cut;
    const run = this.#run;
    if (cut.count === 0) {
      cut.withheld = this.#expected.anyBearsAddresses;
      cut.atUs = this.#atUs;
      if (cut.withheld) run.flush();
      if (this.#expected.anySkipped) this.looked.withhold(run.at);
      else this.looked.look(run.at);
    }
    const stopped = cut.gather(run.chunk, run.at);
    if (cut.withheld) run.pass(stopped - run.at);
    else run.at = stopped;
    return cut.whole ? this.#match(cut.sizeBytes, cut.correlationId, cut.count) : HeadRead.Cut;
  }

  /** Finds the request; a frame without room for a correlation id is a raw SASL token (PROTOCOL §4.9) and has none. */
  #match(sizeBytes: number, correlationId: number, taken: number): HeadRead {
    this.sizeBytes = sizeBytes;
    this.taken = taken;
    if (sizeBytes < 0) return HeadRead.Foreign;
    const answers = sizeBytes < 4 ? unexpected : this.#expected.take(correlationId);
    if (answers === unexpected && sizeBytes > frameBytesMax) return HeadRead.Foreign;
    this.answers = answers;
    this.#lookAt(answers, sizeBytes + 4, taken);
    return HeadRead.Whole;
  }

  /** Shows or skips the frame that begins here, or began in earlier chunks with the `taken` bytes of a cut head. */
  #lookAt(answers: number, frameBytes: number, taken: number): void {
    const { looked } = this;
    this.frames += 1;
    if (answers !== unexpected && this.#expected.takenSkipped && (taken === 0 || looked.skipping)) {
      looked.skip(this.#run.at, frameBytes);
      const latencyUs = (taken === 0 ? this.#atUs : this.#cut.atUs) - this.#expected.takenUs;
      this.#host.responseSkipped(answers >> 16, (answers << 16) >> 16, frameBytes, latencyUs);
    } else if (taken > 0 && looked.skipping) this.#showCut();
    else looked.look(this.#run.at);
  }

  /** Forwards the cut head if it was kept back, as a copy: the array is used again while the write may be under way. */
  forwardCut(): void {
    const cut = this.#cut;
    if (cut.withheld) this.#host.forward(cut.bytes.slice(0, cut.count), true);
    cut.clear();
  }

  /** The cut head, for one who keeps its bytes from now on; they are valid until the next read. */
  takeCut(): Uint8Array {
    const taken = this.#cut.bytes.subarray(0, this.#cut.count);
    this.#cut.clear();
    return taken;
  }

  /** No frame is followed from here on: all that comes is looked at, and what is under way of a head. */
  lookAtRest(): void {
    if (!this.looked.skipping) return;
    if (this.underWay) this.#showCut();
    else this.looked.look(this.#run.at);
  }

  /** The broker sends nothing more: a head that was kept from the inspector is shown as far as it came. */
  brokerEnded(): void {
    if (!this.underWay || !this.looked.skipping) return;
    this.looked.begin(this.#atUs);
    this.#showCut();
    this.looked.end(0);
  }

  #showCut(): void {
    const cut = this.#cut;
    this.looked.lookWith(cut.bytes.slice(0, cut.count), cut.atUs, this.#run.at);
  }
}
