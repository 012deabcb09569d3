import { type AddressBook, addressPolicy } from '../addons/rewrite-addresses.ts';
import type { Side } from '../wire/segment.ts';
import { apiDetail, stoppedDetail, unreadableDetail } from './event-detail.ts';
import { ExpectedResponses, unexpected } from './expected-responses.ts';
import type { FramePathHost } from './frame-path-host.ts';
import { HeadRead, HeadReader } from './head-reader.ts';
import { type HeldBytes, heldTaggedBytesMax } from './held-bytes.ts';
import type { LookedRanges } from './looked-ranges.ts';
import { RequestPath } from './request-path.ts';
import { ResponseRewriter, Rewriting } from './response-rewriter.ts';
import { RewriteTally } from './rewrite-tally.ts';
import { TagHiding } from './tag-hiding.ts';
import { UntouchedRun } from './untouched-run.ts';

const Phase = { Head: 0, Pass: 1, Hold: 2, Hide: 3, Pipe: 4 } as const;
type Phase = (typeof Phase)[keyof typeof Phase];

/**
 * Follows both directions of one connection and decides for every response frame: pass (nothing but arithmetic on
 * its border), hold and rewrite, or stream with NodeEndpoints hidden. Sans-io. Whatever is not understood passes.
 *
 *            ┌────────── frame ends ──────────┐
 *   Head ────┼─► Pass (no address in it) ─────┤
 *    ▲       ├─► Hold (gather, splice) ───────┤      any: an impossible size ─► Pipe (bytes, no frames)
 *    └───────┴─► Hide (walk, hide one tag) ───┘
 */
export class FramePath {
  readonly #host: FramePathHost;
  readonly #expected = new ExpectedResponses();
  readonly #run: UntouchedRun;
  readonly #heads: HeadReader;
  readonly #rewriter: ResponseRewriter;
  #phase: Phase = Phase.Head;
  /** Bytes of a passing frame still to come. */
  #left = 0;
  #hiding: TagHiding | null = null;

  readonly requests: RequestPath;
  readonly rewrites = new RewriteTally();
  /** What the inspector is shown of the broker's bytes just fed, once nothing is `blocked`. */
  readonly looked: LookedRanges;
  /** Where in the chunk just fed a byte was overwritten, and what stood there, for who wants the original. */
  readonly patchedAt: number[] = [];
  readonly patchedBytes: number[] = [];

  constructor(host: FramePathHost, book: AddressBook, held: HeldBytes) {
    this.#host = host;
    this.#run = new UntouchedRun(host);
    this.#heads = new HeadReader(host, this.#expected, this.#run);
    this.#rewriter = new ResponseRewriter(host, book, held, this.#run, this.rewrites);
    this.looked = this.#heads.looked;
    this.requests = new RequestPath(host, this.#expected, this.rewrites, (reason, firstBytes, sizeBytes) =>
      this.#giveUp('client', reason, firstBytes, sizeBytes),
    );
  }

  /** Responses whose head was among the bytes just fed. */
  get frames(): number {
    return this.#heads.frames;
  }

  /** Responses still due. */
  get responsesDue(): number {
    return this.#expected.size;
  }

  /** True while a response waits for listeners. */
  get blocked(): boolean {
    return this.#rewriter.blocked;
  }

  /** Bytes until the border of the client's frame, as far as they are known; 0 at a border, null without frames. */
  get clientFrameBytesLeft(): number | null {
    return this.#phase === Phase.Pipe ? null : this.requests.frameBytesLeft;
  }

  /** True while a request of the client has begun and is not whole. */
  get clientInFrame(): boolean {
    return this.#phase !== Phase.Pipe && !this.requests.atFrameBorder;
  }

  /** The same for a response; never while it is us it waits for. */
  get brokerInFrame(): boolean {
    if (this.blocked || this.#phase === Phase.Pipe) return false;
    return this.#phase !== Phase.Head || this.#heads.underWay;
  }

  /** True when nothing is under way in either direction, so that closing cuts nothing. */
  get idle(): boolean {
    return (
      this.#expected.size === 0 && this.#phase === Phase.Head && !this.#heads.underWay && this.requests.atFrameBorder
    );
  }

  /** Bytes the client sent; the caller forwards them when this returns, as they are but for `requests.patchedAt`. */
  clientBytes(bytes: Uint8Array, atUs = 0): void {
    this.requests.receive(bytes, atUs);
  }

  /** Bytes the broker sent. All that can go on is forwarded before this returns; not to be called while `blocked`. */
  brokerBytes(bytes: Uint8Array, atUs = 0): void {
    this.#heads.begin(atUs);
    this.#rewriter.releaseSpent();
    if (this.patchedAt.length > 0) {
      this.patchedAt.length = 0;
      this.patchedBytes.length = 0;
    }
    if (this.#phase === Phase.Pipe) {
      this.#host.forward(bytes, false);
      this.looked.end(bytes.length);
      return;
    }
    this.#run.begin(bytes);
    this.#follow();
  }

  /** The listeners asked for are open, or will never be: goes on with what was held. */
  resume(): void {
    if (!this.blocked) return;
    this.#rewriter.resume();
    if (this.#phase !== Phase.Pipe) this.#phase = Phase.Head;
    this.#follow();
  }

  /** The broker sends nothing more: what was kept back of an unfinished frame goes on as it came. */
  brokerEnded(): void {
    this.#heads.brokerEnded();
    this.#forwardKept();
  }

  /** Gives memory back; the connection is over. */
  dispose(): void {
    this.#rewriter.dispose();
    this.#run.end();
  }

  #follow(): void {
    const run = this.#run;
    const end = run.chunk.length;
    while (run.at < end && !this.#rewriter.blocked) {
      switch (this.#phase) {
        case Phase.Head:
          this.#begin();
          break;
        case Phase.Pass:
          this.#pass(end);
          break;
        case Phase.Hold:
          this.#rewriting(this.#rewriter.gather());
          break;
        case Phase.Hide:
          this.#walkOn(end);
          break;
        default:
          run.at = end;
      }
    }
    if (this.#rewriter.blocked) return;
    run.flush();
    this.looked.end(end);
    run.end();
  }

  #pass(end: number): void {
    const passed = Math.min(this.#left, end - this.#run.at);
    this.#run.at += passed;
    this.#left -= passed;
    if (this.#left === 0) this.#phase = Phase.Head;
  }

  /** Begins the frame whose head is there. */
  #begin(): void {
    const heads = this.#heads;
    const read = heads.read();
    if (read === HeadRead.Cut) return;
    const { sizeBytes, answers } = heads;
    if (read === HeadRead.Foreign) {
      this.#giveUp('broker', 'the announced frame size is impossible', heads.firstBytes, sizeBytes);
    } else if (answers === unexpected) this.#passFrame();
    else this.#beginAnswer(answers >> 16, (answers << 16) >> 16, sizeBytes + 4);
  }

  #beginAnswer(apiKey: number, apiVersion: number, frameBytes: number): void {
    const policy = addressPolicy(apiKey, apiVersion);
    if (policy === 'none') {
      this.#passFrame();
      return;
    }
    if (policy === 'unknown-version') {
      this.#untouched(apiKey, apiVersion, 0, 'its layout is not known to this version of kafka-scope');
      this.#passFrame();
      return;
    }
    if (policy === 'hold-or-hide' && frameBytes > heldTaggedBytesMax) {
      this.#beginHiding(apiKey, apiVersion, frameBytes);
      return;
    }
    const heads = this.#heads;
    const cut = heads.taken > 0;
    // Bytes that went out already cannot be held; only a response out of order gets here.
    if (cut && !heads.withheld) this.#passFrame();
    else this.#rewriting(this.#rewriter.begin(apiKey, apiVersion, frameBytes, cut ? heads.takeCut() : null));
  }

  #passFrame(): void {
    const { taken, sizeBytes } = this.#heads;
    if (taken > 0) this.#heads.forwardCut();
    this.#left = sizeBytes + 4 - taken;
    this.#phase = this.#left > 0 ? Phase.Pass : Phase.Head;
  }

  #rewriting(progress: Rewriting): void {
    if (progress === Rewriting.Gathering) this.#phase = Phase.Hold;
    else if (progress === Rewriting.Over) this.#phase = Phase.Head;
    else if (progress === Rewriting.Refused) this.#phase = Phase.Pipe;
  }

  #beginHiding(apiKey: number, apiVersion: number, frameBytes: number): void {
    const hiding = TagHiding.of(apiKey, apiVersion, frameBytes - 4);
    if (hiding === null) {
      this.#passFrame();
      return;
    }
    this.#hiding = hiding;
    this.#phase = Phase.Hide;
    const { taken, firstBytes } = this.#heads;
    if (taken === 0) {
      this.#run.at += 4;
      return;
    }
    hiding.feed(firstBytes, 4, taken);
    this.#heads.forwardCut();
  }

  #walkOn(end: number): void {
    const hiding = this.#hiding;
    if (hiding === null) return;
    const run = this.#run;
    const state = hiding.feed(run.chunk, run.at, end);
    run.at = hiding.at;
    if (state === 'more') return;
    if (state === 'tag') {
      this.#hideTag(hiding);
      return;
    }
    if (state === 'malformed') this.#untouched(hiding.apiKey, hiding.apiVersion, null, 'the response is malformed');
    this.#hiding = null;
    this.#left = hiding.left;
    this.#phase = this.#left > 0 ? Phase.Pass : Phase.Head;
  }

  #hideTag({ at, apiKey, apiVersion, hiddenByte }: TagHiding): void {
    const { chunk } = this.#run;
    this.patchedAt.push(at - 1);
    this.patchedBytes.push(chunk[at - 1] ?? 0);
    chunk[at - 1] = hiddenByte;
    this.rewrites.addressesHidden += 1;
    this.#host.event('addresses-hidden', apiDetail(apiKey, apiVersion));
  }

  #untouched(apiKey: number, apiVersion: number, offset: number | null, detail: string): void {
    this.#host.event('addresses-not-rewritten', unreadableDetail(apiKey, apiVersion, offset, detail));
  }

  /** Forwards what is kept back of an unfinished frame. */
  #forwardKept(): void {
    if (this.#heads.underWay) this.#heads.forwardCut();
    this.#rewriter.forwardHeld();
  }

  /** This connection is no Kafka, or Kafka that cannot be followed: from here on it is a pipe. */
  #giveUp(from: Side, reason: string, firstBytes: Uint8Array, sizeBytes: number): void {
    if (this.#phase === Phase.Pipe) return;
    // In the middle of a frame that is not looked at nobody could make sense of the rest.
    if (this.#phase === Phase.Head) this.#heads.lookAtRest();
    if (!this.blocked) this.#forwardKept();
    this.#phase = Phase.Pipe;
    this.#hiding = null;
    this.requests.stop();
    this.#expected.clear();
    this.#host.event('rewriting-stopped', stoppedDetail(from, reason, firstBytes, sizeBytes));
  }
}
