import { refusedVersionLowByte } from '../addons/cap-versions.ts';
import { type EventDetail, tooNewDetail } from './event-detail.ts';
import type { ExpectedResponses } from './expected-responses.ts';
import { LookedRanges } from './looked-ranges.ts';
import type { RequestHead } from './request-head.ts';
import { type RequestSink, RequestTracker, saslHandshakeKey } from './request-tracker.ts';
import type { RewriteTally } from './rewrite-tally.ts';

/** What the way of the requests asks of the connection it belongs to. */
export interface RequestPathHost {
  event(event: string, detail: EventDetail): void;
  /** Whether the inspector is to see this request and its response. */
  looksAt(apiKey: number, apiVersion: number): boolean;
  /** A request that is not looked at; its size with the prefix. */
  requestSkipped(apiKey: number, apiVersion: number, frameBytes: number): void;
  /** The client begins a SASL login. */
  clientLogsIn?(): void;
}

/** Called when the client's direction cannot be followed any more. */
export type RequestsLost = (reason: string, firstBytes: Uint8Array, sizeBytes: number) => void;

/** Follows the client's bytes: which responses are due, which requests are looked at, which byte must change. */
export class RequestPath implements RequestSink {
  readonly #host: RequestPathHost;
  readonly #expected: ExpectedResponses;
  readonly #rewrites: RewriteTally;
  readonly #lost: RequestsLost;
  readonly #tracker = new RequestTracker(this);
  #atUs = 0;

  /** What the inspector is shown of the bytes just fed. */
  readonly looked = new LookedRanges();
  /** Requests whose head was among the bytes just fed. */
  frames = 0;
  /** Where in the bytes just fed one was overwritten, and what stood there, for who wants the original. */
  readonly patchedAt: number[] = [];
  readonly patchedBytes: number[] = [];

  constructor(host: RequestPathHost, expected: ExpectedResponses, rewrites: RewriteTally, lost: RequestsLost) {
    this.#host = host;
    this.#expected = expected;
    this.#rewrites = rewrites;
    this.#lost = lost;
  }

  /** True at a frame's border: nothing of a request is under way. */
  get atFrameBorder(): boolean {
    return this.#tracker.atFrameBorder;
  }

  /** Bytes until the border of the frame under way, as far as they are known; 0 at a border. */
  get frameBytesLeft(): number {
    return this.#tracker.frameBytesLeft;
  }

  /** Bytes the client sent; the caller forwards them when this returns, as they are but for `patchedAt`. */
  receive(bytes: Uint8Array, atUs: number): void {
    this.#atUs = atUs;
    this.frames = 0;
    this.looked.begin(atUs);
    if (this.patchedAt.length > 0) {
      this.patchedAt.length = 0;
      this.patchedBytes.length = 0;
    }
    this.#tracker.receive(bytes);
    this.looked.end(bytes.length);
    for (const at of this.patchedAt) {
      this.patchedBytes.push(bytes[at] ?? 0);
      bytes[at] = refusedVersionLowByte;
    }
  }

  /** The other direction turned out to have no frames. */
  stop(): void {
    this.#tracker.stop();
  }

  // RequestSink

  /**
   * The broker may know this version, we could not read its answer. So the broker is asked a version that no broker
   * has and says itself, in its own order, what it would say to a client too new for it (PROTOCOL §2.3, §9.7).
   */
  newerApiVersions(apiVersion: number, lowByteAt: number): void {
    this.patchedAt.push(lowByteAt);
    this.#rewrites.versionsRefused += 1;
    this.#host.event('api-versions-too-new', tooNewDetail(apiVersion));
  }

  requestSeen(head: RequestHead, at: number): boolean {
    const { apiKey, apiVersion, sizeBytes } = head;
    this.frames += 1;
    if (apiKey === saslHandshakeKey) this.#host.clientLogsIn?.();
    // A head that was cut has been shown already.
    const skipped = at >= 0 && !this.#host.looksAt(apiKey, apiVersion);
    if (skipped) {
      this.looked.skip(at, sizeBytes + 4);
      this.#host.requestSkipped(apiKey, apiVersion, sizeBytes + 4);
    } else if (at >= 0) this.looked.look(at);
    if (!head.responseDue) return true;
    return this.#expected.add(apiKey, apiVersion, head.correlationId, skipped, this.#atUs);
  }

  requestEnded(): void {
    this.#expected.newestEnded(this.#atUs);
  }

  otherSeen(at: number): void {
    if (at >= 0) this.looked.look(at);
  }

  requestsLost(reason: string, firstBytes: Uint8Array, sizeBytes: number): void {
    this.#lost(reason, firstBytes, sizeBytes);
  }
}
