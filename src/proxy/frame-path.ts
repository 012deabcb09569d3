import { apiVersionsKey, asksForRebootstrap, capVersions, isNewerApiVersions } from '../addons/cap-versions.ts';
import { type AddressBook, addressPolicy, rewriteAddresses } from '../addons/rewrite-addresses.ts';
import { frameBytesMax } from '../wire/frame.ts';
import type { Side } from '../wire/segment.ts';
import { apiDetail, capDetail, rewrittenDetail, stoppedDetail } from './event-detail.ts';
import { ExpectedResponses, unexpected } from './expected-responses.ts';
import type { FramePathHost } from './frame-path-host.ts';
import { type Blocked, type HeldBytes, HeldFrame, heldTaggedBytesMax, rewriteFrameBytesMax } from './held-bytes.ts';
import { LookedRanges } from './looked-ranges.ts';
import { int32 } from './request-head.ts';
import { RequestPath } from './request-path.ts';
import { ResponseHead, responseHeadBytes } from './response-head.ts';
import { RewriteTally } from './rewrite-tally.ts';
import { SpliceRoom } from './splice-room.ts';
import { TagHiding } from './tag-hiding.ts';

const Phase = { Head: 0, Pass: 1, Hold: 2, Hide: 3, Pipe: 4 } as const;
type Phase = (typeof Phase)[keyof typeof Phase];

const noBytes = new Uint8Array(0);

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
  readonly #book: AddressBook;
  readonly #heldBytes: HeldBytes;
  readonly #room: SpliceRoom;
  readonly #expected = new ExpectedResponses();

  #phase: Phase = Phase.Head;
  #chunk: Uint8Array = noBytes;
  #at = 0;
  /** Bytes of the chunk from here to `#at` are to be forwarded as they are. */
  #runStart = 0;
  /** Bytes of the current frame still to come. */
  #left = 0;
  readonly #head = new ResponseHead();
  #held: HeldFrame | null = null;
  /** A gathered frame whose bytes a write may still use; its memory is free when more bytes are fed. */
  #spent: HeldFrame | null = null;
  #hiding: TagHiding | null = null;
  #blocked: Blocked | null = null;
  #atUs = 0;

  readonly requests: RequestPath;
  readonly rewrites = new RewriteTally();
  /** What the inspector is shown of the broker's bytes just fed, once nothing is `blocked`. */
  readonly looked = new LookedRanges();
  /** Responses whose head was among them. */
  frames = 0;
  /** Where in the chunk just fed a byte was overwritten, and what stood there, for who wants the original. */
  readonly patchedAt: number[] = [];
  readonly patchedBytes: number[] = [];

  constructor(host: FramePathHost, book: AddressBook, held: HeldBytes) {
    this.#host = host;
    this.#book = book;
    this.#heldBytes = held;
    this.#room = new SpliceRoom(held);
    this.requests = new RequestPath(host, this.#expected, this.rewrites, (reason, firstBytes, sizeBytes) =>
      this.#giveUp('client', reason, firstBytes, sizeBytes),
    );
  }

  /** Responses still due. */
  get responsesDue(): number {
    return this.#expected.size;
  }

  /** True while a response waits for listeners. */
  get blocked(): boolean {
    return this.#blocked !== null;
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
    if (this.#blocked !== null || this.#phase === Phase.Pipe) return false;
    return this.#phase !== Phase.Head || this.#head.count > 0;
  }

  /** True when nothing is under way in either direction, so that closing cuts nothing. */
  get idle(): boolean {
    return (
      this.#expected.size === 0 && this.#phase === Phase.Head && this.#head.count === 0 && this.requests.atFrameBorder
    );
  }

  /** Bytes the client sent; the caller forwards them when this returns, as they are but for `requests.patchedAt`. */
  clientBytes(bytes: Uint8Array, atUs = 0): void {
    this.requests.receive(bytes, atUs);
  }

  /** Bytes the broker sent. All that can go on is forwarded before this returns; not to be called while `blocked`. */
  brokerBytes(bytes: Uint8Array, atUs = 0): void {
    this.#atUs = atUs;
    this.frames = 0;
    this.looked.begin(atUs);
    this.#releaseSpent();
    if (this.patchedAt.length > 0) {
      this.patchedAt.length = 0;
      this.patchedBytes.length = 0;
    }
    if (this.#phase === Phase.Pipe) {
      this.#host.forward(bytes, false);
      this.looked.end(bytes.length);
      return;
    }
    this.#chunk = bytes;
    this.#at = 0;
    this.#runStart = 0;
    this.#run();
  }

  /** The listeners asked for are open, or will never be: goes on with what was held. */
  resume(): void {
    const blocked = this.#blocked;
    if (blocked === null) return;
    this.#blocked = null;
    this.#settle(blocked, true);
    this.#run();
  }

  /** The broker sends nothing more: what was kept back of an unfinished frame goes on as it came. */
  brokerEnded(): void {
    if (this.#head.count > 0 && this.looked.skipping) {
      this.looked.begin(this.#atUs);
      this.#showHead();
      this.looked.end(0);
    }
    this.#forwardKept();
  }

  /** Gives memory back; the connection is over. */
  dispose(): void {
    this.#held?.release();
    this.#held = null;
    this.#releaseSpent();
    this.#blocked = null;
    this.#chunk = noBytes;
  }

  #run(): void {
    const end = this.#chunk.length;
    while (this.#at < end && this.#blocked === null) {
      switch (this.#phase) {
        case Phase.Head:
          this.#readHead();
          break;
        case Phase.Pass:
          this.#pass(end);
          break;
        case Phase.Hold:
          this.#gather(end);
          break;
        case Phase.Hide:
          this.#walkOn(end);
          break;
        default:
          this.#at = end;
      }
    }
    if (this.#blocked !== null) return;
    this.#flush();
    this.looked.end(end);
    this.#chunk = noBytes;
  }

  /** Forwards the run of untouched bytes that ends here. */
  #flush(): void {
    const chunk = this.#chunk;
    if (this.#at > this.#runStart) {
      const whole = this.#runStart === 0 && this.#at === chunk.length;
      const more = this.#at < chunk.length || this.#blocked !== null;
      this.#host.forward(whole ? chunk : chunk.subarray(this.#runStart, this.#at), more);
    }
    this.#runStart = this.#at;
  }

  #pass(end: number): void {
    const passed = Math.min(this.#left, end - this.#at);
    this.#at += passed;
    this.#left -= passed;
    if (this.#left === 0) this.#phase = Phase.Head;
  }

  /** Shows or skips the frame that begins at `#at`, or began in earlier chunks with the `read` bytes of a cut head. */
  #lookAt(packed: number, frameBytes: number, read: number): void {
    const looked = this.looked;
    this.frames += 1;
    if (packed !== unexpected && this.#expected.takenSkipped && (read === 0 || looked.skipping)) {
      looked.skip(this.#at, frameBytes);
      const latencyUs = (read === 0 ? this.#atUs : this.#head.atUs) - this.#expected.takenUs;
      this.#host.responseSkipped(packed >> 16, (packed << 16) >> 16, frameBytes, latencyUs);
    } else if (read > 0 && looked.skipping) this.#showHead();
    else looked.look(this.#at);
  }

  /** A cut head that was withheld is looked at after all. */
  #showHead(): void {
    const head = this.#head;
    this.looked.lookWith(head.bytes.slice(0, head.count), head.atUs, this.#at);
  }

  #readHead(): void {
    const chunk = this.#chunk;
    if (this.#head.count > 0 || chunk.length - this.#at < responseHeadBytes) {
      this.#readCutHead();
      return;
    }
    const sizeBytes = int32(chunk, this.#at);
    if (sizeBytes < 4) {
      this.#passShort(sizeBytes, chunk.subarray(this.#at), 0);
      return;
    }
    const packed = this.#expected.take(int32(chunk, this.#at + 4));
    if (packed === unexpected && sizeBytes > frameBytesMax) {
      this.#foreign(chunk.subarray(this.#at), sizeBytes);
      return;
    }
    this.#lookAt(packed, sizeBytes + 4, 0);
    this.#begin(packed, sizeBytes, 0);
  }

  /** Reads a head cut between chunks. Its bytes are kept back only where the frame may turn out to be held. */
  #readCutHead(): void {
    const head = this.#head;
    if (head.count === 0) {
      head.withheld = this.#expected.anyBearsAddresses;
      head.atUs = this.#atUs;
      if (head.withheld) this.#flush();
      if (this.#expected.anySkipped) this.looked.withhold(this.#at);
      else this.looked.look(this.#at);
    }
    this.#at = head.gather(this.#chunk, this.#at);
    if (head.withheld) this.#runStart = this.#at;
    if (!head.whole) return;
    const { sizeBytes, count } = head;
    if (sizeBytes < 4) {
      this.#passShort(sizeBytes, head.bytes, count);
      return;
    }
    const packed = this.#expected.take(head.correlationId);
    if (packed === unexpected && sizeBytes > frameBytesMax) {
      this.#foreign(head.bytes, sizeBytes);
      return;
    }
    this.#lookAt(packed, sizeBytes + 4, count);
    this.#begin(packed, sizeBytes, count);
  }

  /** A frame without room for a correlation id: a raw SASL token (PROTOCOL §4.9), or no frame at all. */
  #passShort(sizeBytes: number, start: Uint8Array, read: number): void {
    if (sizeBytes < 0) {
      this.#foreign(start, sizeBytes);
      return;
    }
    this.#lookAt(unexpected, sizeBytes + 4, read);
    this.#passFrame(sizeBytes + 4, read);
  }

  /** Begins a frame that answers `packed` (key and version), of whose head `read` bytes were taken already. */
  #begin(packed: number, sizeBytes: number, read: number): void {
    const frameBytes = sizeBytes + 4;
    if (packed === unexpected) {
      this.#passFrame(frameBytes, read);
      return;
    }
    const apiKey = packed >> 16;
    const apiVersion = (packed << 16) >> 16;
    const policy = addressPolicy(apiKey, apiVersion);
    if (policy === 'none') {
      this.#passFrame(frameBytes, read);
      return;
    }
    if (policy === 'unknown-version') {
      this.#unreadable(apiKey, apiVersion, 0, 'its layout is not known to this version of kafka-scope');
      this.#passFrame(frameBytes, read);
      return;
    }
    if (policy === 'hold-or-hide' && frameBytes > heldTaggedBytesMax) {
      this.#beginHiding(apiKey, apiVersion, sizeBytes, read);
      return;
    }
    // Bytes that went out already cannot be held; only a response out of order gets here.
    if (read > 0 && !this.#head.withheld) {
      this.#passFrame(frameBytes, read);
      return;
    }
    this.#beginHolding(apiKey, apiVersion, frameBytes, read);
  }

  #passFrame(frameBytes: number, read: number): void {
    if (read > 0) this.#forwardHead();
    this.#left = frameBytes - read;
    this.#phase = this.#left > 0 ? Phase.Pass : Phase.Head;
  }

  /** Forwards the head kept back, as a copy: the array is used again while the write may be under way. */
  #forwardHead(): void {
    const head = this.#head;
    if (head.withheld) this.#host.forward(head.bytes.slice(0, head.count), true);
    head.clear();
  }

  #beginHolding(apiKey: number, apiVersion: number, frameBytes: number, read: number): void {
    if (read === 0 && this.#chunk.length - this.#at >= frameBytes) {
      const payload = this.#chunk.subarray(this.#at + 4, this.#at + frameBytes);
      this.#settle({ payload, apiKey, apiVersion, chunkBytes: frameBytes }, false);
      return;
    }
    if (frameBytes > rewriteFrameBytesMax) {
      this.#refuse(`a response of ${frameBytes} bytes that names brokers is too large to be held and rewritten`);
      return;
    }
    this.#flush();
    this.#held = new HeldFrame(apiKey, apiVersion, frameBytes, this.#heldBytes);
    this.#phase = Phase.Hold;
    if (read > 0 && !this.#hold(this.#head.bytes.subarray(0, read))) return;
    this.#head.clear();
  }

  #gather(end: number): void {
    const held = this.#held;
    if (held === null) return;
    const taken = Math.min(held.missingBytes, end - this.#at);
    if (!this.#hold(this.#chunk.subarray(this.#at, this.#at + taken))) return;
    this.#at += taken;
    this.#runStart = this.#at;
    if (held.missingBytes > 0) return;
    const { apiKey, apiVersion } = held;
    this.#settle({ payload: held.bytes.subarray(4), apiKey, apiVersion, chunkBytes: 0 }, false);
  }

  #hold(bytes: Uint8Array): boolean {
    if (this.#held?.append(bytes)) return true;
    this.#refuse(`${this.#heldBytes.bytes} bytes of responses are held already and one more cannot be`);
    return false;
  }

  /** Ends the connection: forwarding the frame as it is would lead its client past the proxy without a word. */
  #refuse(reason: string): void {
    this.dispose();
    this.#at = 0;
    this.#runStart = 0;
    this.#phase = Phase.Pipe;
    this.#host.refuse(reason);
  }

  /** Rewrites a whole response, or blocks until there are listeners for the brokers it names. */
  #settle(response: Blocked, lastTry: boolean): void {
    const { payload, apiKey, apiVersion, chunkBytes } = response;
    const outcome =
      apiKey === apiVersionsKey
        ? capVersions(payload, apiVersion)
        : rewriteAddresses(payload, apiKey, apiVersion, this.#book, this.#room.allocate);
    if (outcome.kind === 'missing' && !lastTry) {
      this.#flush();
      this.#blocked = response;
      this.#host.openListeners(outcome.brokers);
      return;
    }
    if (apiKey === apiVersionsKey && asksForRebootstrap(payload)) this.#host.rebootstrapRequired();
    if (apiKey === apiVersionsKey && (outcome.kind === 'capped' || isNewerApiVersions(apiVersion))) {
      this.#host.tagged(int32(payload, 0), 'capped');
    }
    if (outcome.kind === 'rewritten' || outcome.kind === 'capped') {
      this.#flush();
      this.#room.forwarded(this.#host.forward(outcome.frame, true));
      this.#at += chunkBytes;
      this.#runStart = this.#at;
      this.#held?.release();
      this.rewrites.note(outcome, payload.length + 4);
      if (outcome.kind === 'capped') this.#host.event('versions-capped', capDetail(outcome.caps));
      else this.#host.event('addresses-rewritten', rewrittenDetail(apiKey, apiVersion, outcome.addresses));
    } else {
      if (outcome.kind === 'unreadable') this.#unreadable(apiKey, apiVersion, outcome.offset, outcome.detail);
      if (outcome.kind === 'missing') this.#unreadable(apiKey, apiVersion, 0, 'a listener for a broker is missing');
      this.#at += chunkBytes;
      this.#forwardHeld();
    }
    this.#held = null;
    if (this.#phase !== Phase.Pipe) this.#phase = Phase.Head;
  }

  #forwardHeld(): void {
    const held = this.#held;
    if (held === null) return;
    this.#held = null;
    if (this.#host.forward(held.bytes, true)) held.release();
    else this.#spent = held;
  }

  #releaseSpent(): void {
    this.#spent?.release();
    this.#spent = null;
    this.#room.release();
  }

  #beginHiding(apiKey: number, apiVersion: number, sizeBytes: number, read: number): void {
    const hiding = TagHiding.of(apiKey, apiVersion, sizeBytes);
    if (hiding === null) {
      this.#passFrame(sizeBytes + 4, read);
      return;
    }
    this.#hiding = hiding;
    this.#phase = Phase.Hide;
    if (read === 0) {
      this.#at += 4;
      return;
    }
    hiding.walk.feed(this.#head.bytes, 4, read);
    hiding.left -= read - 4;
    this.#forwardHead();
  }

  #walkOn(end: number): void {
    const hiding = this.#hiding;
    if (hiding === null) return;
    const from = this.#at;
    const state = hiding.walk.feed(this.#chunk, from, Math.min(end, from + hiding.left));
    this.#at = hiding.walk.at;
    hiding.left -= this.#at - from;
    if (state === 'more') return;
    if (state === 'tag') {
      this.#hideTag(hiding);
      return;
    }
    if (state === 'malformed') this.#unreadable(hiding.apiKey, hiding.apiVersion, null, 'the response is malformed');
    this.#hiding = null;
    this.#left = hiding.left;
    this.#phase = this.#left > 0 ? Phase.Pass : Phase.Head;
  }

  #hideTag(hiding: TagHiding): void {
    const at = this.#at - 1;
    this.patchedAt.push(at);
    this.patchedBytes.push(this.#chunk[at] ?? 0);
    this.#chunk[at] = hiding.hiddenByte;
    this.rewrites.addressesHidden += 1;
    this.#host.event('addresses-hidden', apiDetail(hiding.apiKey, hiding.apiVersion));
  }

  #unreadable(apiKey: number, apiVersion: number, offset: number | null, detail: string): void {
    this.#host.event('addresses-not-rewritten', { ...apiDetail(apiKey, apiVersion), offset, detail });
  }

  /** Forwards what is kept back of an unfinished frame. */
  #forwardKept(): void {
    if (this.#head.count > 0) this.#forwardHead();
    this.#forwardHeld();
  }

  #foreign(firstBytes: Uint8Array, sizeBytes: number): void {
    this.#giveUp('broker', 'the announced frame size is impossible', firstBytes, sizeBytes);
  }

  /** This connection is no Kafka, or Kafka that cannot be followed: from here on it is a pipe. */
  #giveUp(from: Side, reason: string, firstBytes: Uint8Array, sizeBytes: number): void {
    if (this.#phase === Phase.Pipe) return;
    // In the middle of a frame that is not looked at nobody could make sense of the rest.
    const { looked } = this;
    if (this.#phase === Phase.Head && looked.skipping) {
      if (this.#head.count > 0) this.#showHead();
      else looked.look(this.#at);
    }
    if (this.#blocked === null) this.#forwardKept();
    this.#phase = Phase.Pipe;
    this.#hiding = null;
    this.requests.stop();
    this.#expected.clear();
    this.#host.event('rewriting-stopped', stoppedDetail(from, reason, firstBytes, sizeBytes));
  }
}
