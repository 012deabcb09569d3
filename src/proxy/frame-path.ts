import {
  apiVersionsKey,
  asksForRebootstrap,
  capVersions,
  isNewerApiVersions,
  refusedVersionLowByte,
} from '../addons/cap-versions.ts';
import {
  type AddressBook,
  addressPolicy,
  type BrokerAddress,
  hiddenTag,
  rewriteAddresses,
} from '../addons/rewrite-addresses.ts';
import { addressLayout } from '../protocol/locate-addresses.ts';
import { StreamWalk } from '../protocol/stream-walk.ts';
import { classifyFirstBytes, sentenceFor } from '../wire/first-bytes.ts';
import { frameBytesMax } from '../wire/frame.ts';
import type { Side } from '../wire/segment.ts';
import { apiDetail, capDetail, type EventDetail, tooNewDetail } from './event-detail.ts';
import { ExpectedResponses, unexpected } from './expected-responses.ts';
import { type Blocked, type HeldBytes, HeldFrame, heldTaggedBytesMax, rewriteFrameBytesMax } from './held-bytes.ts';
import { int32 } from './request-head.ts';
import { type RequestSink, RequestTracker } from './request-tracker.ts';

/** Size prefix and correlation id: what says which request a frame answers. */
const headBytes = 8;

/** What the path asks of the connection it belongs to. */
export interface FramePathHost {
  /** Bytes for the client, in order. True: they are with the kernel. False: they are in use until a later read. */
  forward(bytes: Uint8Array): boolean;
  /** Opens listeners and then calls `resume`; until then no broker bytes may be fed. */
  openListeners(brokers: readonly BrokerAddress[]): void;
  /** The broker is not the one, or not of the cluster, that the client takes it for (KIP-1242). */
  rebootstrapRequired(): void;
  /** A frame cannot be rewritten within the limits: the connection must end rather than leak an address. */
  refuse(reason: string): void;
  event(event: string, detail: EventDetail): void;
  /** The response to this request, whose last byte is among those just fed, is not forwarded as it came. */
  tagged(correlationId: number, tag: string): void;
}

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
export class FramePath implements RequestSink {
  readonly #host: FramePathHost;
  readonly #book: AddressBook;
  readonly #heldBytes: HeldBytes;
  readonly #tracker: RequestTracker;
  readonly #expected = new ExpectedResponses();

  #phase: Phase = Phase.Head;
  #chunk: Uint8Array = noBytes;
  #at = 0;
  /** Bytes of the chunk from here to `#at` are to be forwarded as they are. */
  #runStart = 0;
  /** Bytes of the current frame still to come. */
  #left = 0;
  readonly #head = new Uint8Array(headBytes);
  #headBytes = 0;
  #headWithheld = false;
  #held: HeldFrame | null = null;
  /** A gathered frame whose bytes a write may still use; its memory is free when more bytes are fed. */
  #spent: HeldFrame | null = null;
  #walk: StreamWalk | null = null;
  #hidingKey = 0;
  #hidingVersion = 0;
  #blocked: Blocked | null = null;

  /** Where in the chunk just fed a byte was overwritten, and what stood there, for who wants the original. */
  readonly patchedAt: number[] = [];
  readonly patchedBytes: number[] = [];
  /** The same for the bytes of the client just fed. */
  readonly clientPatchedAt: number[] = [];
  readonly clientPatchedBytes: number[] = [];

  constructor(host: FramePathHost, book: AddressBook, held: HeldBytes) {
    this.#host = host;
    this.#book = book;
    this.#heldBytes = held;
    this.#tracker = new RequestTracker(this);
  }

  /** Responses still due. */
  get responsesDue(): number {
    return this.#expected.size;
  }

  /** True while a response waits for listeners. */
  get blocked(): boolean {
    return this.#blocked !== null;
  }

  /** True while a request of the client has begun and is not whole. */
  get clientInFrame(): boolean {
    return this.#phase !== Phase.Pipe && !this.#tracker.atFrameBorder;
  }

  /** The same for a response; never while it is us it waits for. */
  get brokerInFrame(): boolean {
    if (this.#blocked !== null || this.#phase === Phase.Pipe) return false;
    return this.#phase !== Phase.Head || this.#headBytes > 0;
  }

  /** True when nothing is under way in either direction, so that closing cuts nothing. */
  get idle(): boolean {
    return (
      this.#expected.size === 0 && this.#phase === Phase.Head && this.#headBytes === 0 && this.#tracker.atFrameBorder
    );
  }

  /** Bytes the client sent; the caller forwards them when this returns, as they are but for `clientPatchedAt`. */
  clientBytes(bytes: Uint8Array): void {
    this.clientPatchedAt.length = 0;
    this.clientPatchedBytes.length = 0;
    this.#tracker.receive(bytes);
    for (const at of this.clientPatchedAt) {
      this.clientPatchedBytes.push(bytes[at] ?? 0);
      bytes[at] = refusedVersionLowByte;
    }
  }

  /**
   * The broker may know this version, we could not read its answer. So the broker is asked a version that no broker
   * has and says itself, in its own order, what it would say to a client too new for it (PROTOCOL §2.3, §9.7).
   */
  newerApiVersions(apiVersion: number, lowByteAt: number): void {
    this.clientPatchedAt.push(lowByteAt);
    this.#host.event('api-versions-too-new', tooNewDetail(apiVersion));
  }

  requestSeen(apiKey: number, apiVersion: number, correlationId: number): boolean {
    return this.#expected.add(apiKey, apiVersion, correlationId);
  }

  requestsLost(reason: string, firstBytes: Uint8Array, sizeBytes: number): void {
    this.#giveUp('client', reason, firstBytes, sizeBytes);
  }

  /** Bytes the broker sent. All that can go on is forwarded before this returns; not to be called while `blocked`. */
  brokerBytes(bytes: Uint8Array): void {
    this.#releaseSpent();
    this.patchedAt.length = 0;
    this.patchedBytes.length = 0;
    if (this.#phase === Phase.Pipe) {
      this.#host.forward(bytes);
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
    this.#chunk = noBytes;
  }

  /** Forwards the run of untouched bytes that ends here. */
  #flush(): void {
    const chunk = this.#chunk;
    if (this.#at > this.#runStart) {
      const whole = this.#runStart === 0 && this.#at === chunk.length;
      this.#host.forward(whole ? chunk : chunk.subarray(this.#runStart, this.#at));
    }
    this.#runStart = this.#at;
  }

  #pass(end: number): void {
    const passed = Math.min(this.#left, end - this.#at);
    this.#at += passed;
    this.#left -= passed;
    if (this.#left === 0) this.#phase = Phase.Head;
  }

  #readHead(): void {
    const chunk = this.#chunk;
    if (this.#headBytes > 0 || chunk.length - this.#at < headBytes) {
      this.#readCutHead();
      return;
    }
    const sizeBytes = int32(chunk, this.#at);
    if (sizeBytes < 4) {
      this.#passShort(sizeBytes, chunk.subarray(this.#at), 0);
      return;
    }
    const index = this.#expected.take(int32(chunk, this.#at + 4));
    if (index === unexpected && sizeBytes > frameBytesMax) {
      this.#foreign(chunk.subarray(this.#at), sizeBytes);
      return;
    }
    this.#begin(index, sizeBytes, 0);
  }

  /** Reads a head cut between chunks. Its bytes are kept back only where the frame may turn out to be held. */
  #readCutHead(): void {
    const chunk = this.#chunk;
    if (this.#headBytes === 0) {
      this.#headWithheld = this.#expected.anyBearsAddresses;
      if (this.#headWithheld) this.#flush();
    }
    while (this.#at < chunk.length && this.#headBytes < this.#headNeeded()) {
      this.#head[this.#headBytes] = chunk[this.#at] ?? 0;
      this.#headBytes += 1;
      this.#at += 1;
    }
    if (this.#headWithheld) this.#runStart = this.#at;
    if (this.#headBytes < this.#headNeeded()) return;
    const head = this.#head;
    const read = this.#headBytes;
    const sizeBytes = int32(head, 0);
    if (sizeBytes < 4) {
      this.#passShort(sizeBytes, head, read);
      return;
    }
    const index = this.#expected.take(int32(head, 4));
    if (index === unexpected && sizeBytes > frameBytesMax) {
      this.#foreign(head, sizeBytes);
      return;
    }
    this.#begin(index, sizeBytes, read);
  }

  #headNeeded(): number {
    if (this.#headBytes < 4) return 4;
    const sizeBytes = int32(this.#head, 0);
    return sizeBytes < 0 ? 4 : Math.min(headBytes, 4 + sizeBytes);
  }

  /** A frame without room for a correlation id: a raw SASL token (PROTOCOL §4.9), or no frame at all. */
  #passShort(sizeBytes: number, start: Uint8Array, read: number): void {
    if (sizeBytes < 0) {
      this.#foreign(start, sizeBytes);
      return;
    }
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
    if (read > 0 && !this.#headWithheld) {
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
    if (this.#headWithheld) this.#host.forward(this.#head.slice(0, this.#headBytes));
    this.#headBytes = 0;
    this.#headWithheld = false;
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
    if (read > 0 && !this.#hold(this.#head.subarray(0, read))) return;
    this.#headBytes = 0;
    this.#headWithheld = false;
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
        : rewriteAddresses(payload, apiKey, apiVersion, this.#book);
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
      this.#host.forward(outcome.frame);
      this.#at += chunkBytes;
      this.#runStart = this.#at;
      this.#held?.release();
      if (outcome.kind === 'capped') this.#host.event('versions-capped', capDetail(outcome.caps));
      else this.#host.event('addresses-rewritten', { ...apiDetail(apiKey, apiVersion), addresses: outcome.addresses });
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
    if (this.#host.forward(held.bytes)) held.release();
    else this.#spent = held;
  }

  #releaseSpent(): void {
    this.#spent?.release();
    this.#spent = null;
  }

  #beginHiding(apiKey: number, apiVersion: number, sizeBytes: number, read: number): void {
    const layout = addressLayout(apiKey, apiVersion);
    if (layout.kind !== 'listed') {
      this.#passFrame(sizeBytes + 4, read);
      return;
    }
    this.#walk = new StreamWalk(layout.header, layout.body, layout.tag, sizeBytes);
    this.#hidingKey = apiKey;
    this.#hidingVersion = apiVersion;
    this.#left = sizeBytes;
    this.#phase = Phase.Hide;
    if (read === 0) {
      this.#at += 4;
      return;
    }
    this.#walk.feed(this.#head, 4, read);
    this.#left -= read - 4;
    this.#forwardHead();
  }

  #walkOn(end: number): void {
    const walk = this.#walk;
    if (walk === null) return;
    const from = this.#at;
    const state = walk.feed(this.#chunk, from, Math.min(end, from + this.#left));
    this.#at = walk.at;
    this.#left -= walk.at - from;
    if (state === 'more') return;
    if (state === 'tag') {
      this.#hideTag(walk);
      return;
    }
    if (state === 'malformed')
      this.#unreadable(this.#hidingKey, this.#hidingVersion, null, 'the response is malformed');
    this.#walk = null;
    this.#phase = this.#left > 0 ? Phase.Pass : Phase.Head;
  }

  /** Overwrites the last byte of the tag number. Written in several bytes (0x80 0x00) it becomes 0x80 0x01. */
  #hideTag(walk: StreamWalk): void {
    const at = this.#at - 1;
    this.patchedAt.push(at);
    this.patchedBytes.push(this.#chunk[at] ?? 0);
    this.#chunk[at] = walk.tagBytes === 1 ? hiddenTag : 1;
    this.#host.event('addresses-hidden', apiDetail(this.#hidingKey, this.#hidingVersion));
  }

  #unreadable(apiKey: number, apiVersion: number, offset: number | null, detail: string): void {
    this.#host.event('addresses-not-rewritten', { ...apiDetail(apiKey, apiVersion), offset, detail });
  }

  /** Forwards what is kept back of an unfinished frame. */
  #forwardKept(): void {
    if (this.#headBytes > 0) this.#forwardHead();
    this.#forwardHeld();
  }

  #foreign(firstBytes: Uint8Array, sizeBytes: number): void {
    this.#giveUp('broker', 'the announced frame size is impossible', firstBytes, sizeBytes);
  }

  /** This connection is no Kafka, or Kafka that cannot be followed: from here on it is a pipe. */
  #giveUp(from: Side, reason: string, firstBytes: Uint8Array, sizeBytes: number): void {
    if (this.#phase === Phase.Pipe) return;
    const guess = classifyFirstBytes(firstBytes);
    const sentence = guess === 'kafka-plausible' ? `${reason}.` : sentenceFor(guess, sizeBytes);
    if (this.#blocked === null) this.#forwardKept();
    this.#phase = Phase.Pipe;
    this.#walk = null;
    this.#tracker.stop();
    this.#expected.clear();
    this.#host.event('rewriting-stopped', { from, reason, sizeBytes, sentence });
  }
}
