import { apiVersionsKey, asksForRebootstrap, capVersions, isNewerApiVersions } from '../addons/cap-versions.ts';
import { type AddressBook, rewriteAddresses } from '../addons/rewrite-addresses.ts';
import { capDetail, rewrittenDetail, unreadableDetail } from './event-detail.ts';
import type { FramePathHost } from './frame-path-host.ts';
import { type Blocked, type HeldBytes, HeldFrame, rewriteFrameBytesMax } from './held-bytes.ts';
import { int32 } from './request-head.ts';
import type { RewriteTally } from './rewrite-tally.ts';
import { SpliceRoom } from './splice-room.ts';
import type { UntouchedRun } from './untouched-run.ts';

/** How far a response is. */
export const Rewriting = { Gathering: 0, Blocked: 1, Over: 2, Refused: 3 } as const;
export type Rewriting = (typeof Rewriting)[keyof typeof Rewriting];

/**
 * Rewrites the responses of one connection that name brokers or offer versions, one at a time. Where it does not lie
 * whole in the chunk a response is held until it does; with the listeners of its brokers still to be opened, too.
 *
 *   begin ──┬─► Gathering ──┬─► Over (rewritten, or as it came)
 *           ├───────────────┼─► Blocked ── resume ─► Over
 *           └───────────────┴─► Refused (beyond the limits: the connection must end)
 */
export class ResponseRewriter {
  readonly #host: FramePathHost;
  readonly #book: AddressBook;
  readonly #heldBytes: HeldBytes;
  readonly #run: UntouchedRun;
  readonly #tally: RewriteTally;
  readonly #room: SpliceRoom;
  #held: HeldFrame | null = null;
  /** A gathered frame whose bytes a write may still use. */
  #spent: HeldFrame | null = null;
  #blocked: Blocked | null = null;

  constructor(host: FramePathHost, book: AddressBook, heldBytes: HeldBytes, run: UntouchedRun, tally: RewriteTally) {
    this.#host = host;
    this.#book = book;
    this.#heldBytes = heldBytes;
    this.#run = run;
    this.#tally = tally;
    this.#room = new SpliceRoom(heldBytes);
  }

  /** True while a response waits for listeners. */
  get blocked(): boolean {
    return this.#blocked !== null;
  }

  /** Begins a response that stands at the run; of its head `taken` was kept back from earlier chunks. */
  begin(apiKey: number, apiVersion: number, frameBytes: number, taken: Uint8Array | null): Rewriting {
    const { chunk, at } = this.#run;
    if (taken === null && chunk.length - at >= frameBytes) {
      const payload = chunk.subarray(at + 4, at + frameBytes);
      return this.#settle({ payload, apiKey, apiVersion, chunkBytes: frameBytes }, false);
    }
    if (frameBytes > rewriteFrameBytesMax) {
      return this.#refuse(`a response of ${frameBytes} bytes that names brokers is too large to be held and rewritten`);
    }
    this.#run.flush();
    this.#held = new HeldFrame(apiKey, apiVersion, frameBytes, this.#heldBytes);
    return taken === null || this.#held.append(taken) ? Rewriting.Gathering : this.#refuseMore();
  }

  /** Takes what the chunk has of the response. */
  gather(): Rewriting {
    const held = this.#held;
    if (held === null) return Rewriting.Over;
    const { chunk, at } = this.#run;
    const taken = Math.min(held.missingBytes, chunk.length - at);
    if (!held.append(chunk.subarray(at, at + taken))) return this.#refuseMore();
    this.#run.pass(taken);
    if (held.missingBytes > 0) return Rewriting.Gathering;
    const { apiKey, apiVersion } = held;
    return this.#settle({ payload: held.bytes.subarray(4), apiKey, apiVersion, chunkBytes: 0 }, false);
  }

  /** The listeners asked for are open, or will never be: ends what was blocked. */
  resume(): void {
    const blocked = this.#blocked;
    if (blocked === null) return;
    this.#blocked = null;
    this.#settle(blocked, true);
  }

  /** Forwards what was gathered of an unfinished response as it came. */
  forwardHeld(): void {
    const held = this.#held;
    if (held === null) return;
    this.#held = null;
    if (this.#host.forward(held.bytes, true)) held.release();
    else this.#spent = held;
  }

  /** No write is under way any more: its memory is free. */
  releaseSpent(): void {
    this.#spent?.release();
    this.#spent = null;
    this.#room.release();
  }

  /** Gives all memory back; the connection is over. */
  dispose(): void {
    this.#held?.release();
    this.#held = null;
    this.#blocked = null;
    this.releaseSpent();
  }

  #refuseMore(): Rewriting {
    return this.#refuse(`${this.#heldBytes.bytes} bytes of responses are held already and one more cannot be`);
  }

  /** Forwarding the frame as it is would lead its client past the proxy without a word. */
  #refuse(reason: string): Rewriting {
    this.dispose();
    this.#run.drop();
    this.#host.refuse(reason);
    return Rewriting.Refused;
  }

  /** Rewrites a whole response, or blocks until there are listeners for the brokers it names. */
  #settle(response: Blocked, lastTry: boolean): Rewriting {
    const { payload, apiKey, apiVersion, chunkBytes } = response;
    const outcome =
      apiKey === apiVersionsKey
        ? capVersions(payload, apiVersion)
        : rewriteAddresses(payload, apiKey, apiVersion, this.#book, this.#room.allocate);
    if (outcome.kind === 'missing' && !lastTry) {
      this.#run.flush();
      this.#blocked = response;
      this.#host.openListeners(outcome.brokers);
      return Rewriting.Blocked;
    }
    if (apiKey === apiVersionsKey && asksForRebootstrap(payload)) this.#host.rebootstrapRequired();
    if (apiKey === apiVersionsKey && (outcome.kind === 'capped' || isNewerApiVersions(apiVersion))) {
      this.#host.tagged(int32(payload, 0), 'capped');
    }
    if (outcome.kind === 'rewritten' || outcome.kind === 'capped') {
      this.#run.flush();
      this.#room.forwarded(this.#host.forward(outcome.frame, true));
      this.#run.pass(chunkBytes);
      this.#held?.release();
      this.#held = null;
      this.#tally.note(outcome, payload.length + 4);
      if (outcome.kind === 'capped') this.#host.event('versions-capped', capDetail(outcome.caps));
      else this.#host.event('addresses-rewritten', rewrittenDetail(apiKey, apiVersion, outcome.addresses));
      return Rewriting.Over;
    }
    if (outcome.kind === 'unreadable') this.#untouched(apiKey, apiVersion, outcome.offset, outcome.detail);
    if (outcome.kind === 'missing') this.#untouched(apiKey, apiVersion, 0, 'a listener for a broker is missing');
    this.#run.at += chunkBytes;
    this.forwardHeld();
    return Rewriting.Over;
  }

  #untouched(apiKey: number, apiVersion: number, offset: number, detail: string): void {
    this.#host.event('addresses-not-rewritten', unreadableDetail(apiKey, apiVersion, offset, detail));
  }
}
