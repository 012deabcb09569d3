import { versionRange } from '../protocol/api-keys.ts';
import type { ConnectionId, EngineInput, Side } from '../wire/segment.ts';
import { nowUs } from './clock.ts';
import type { FramePath } from './frame-path.ts';
import type { LookedRanges } from './looked-ranges.ts';
import type { PathLedger } from './path-ledger.ts';
import { type Chunk, ShownBytes } from './shown-bytes.ts';

const nothingPatched = { patchedAt: [], patchedBytes: [] };

/** First requests of a connection that are looked at in any case: they tell who it is and what it begins. */
const alwaysLookedRequests = 8;

/** A connection is looked at so often at least, however busy the others are. */
const lookedEveryUs = 1_000_000;

/**
 * What the inspector sees of one connection, and when: bytes are shown once the kernel has them, so that the time they
 * lay here is known; until then they are safe, since their source is paused.
 */
export class InspectedConnection {
  readonly #path: FramePath;
  readonly #ledger: PathLedger;
  readonly #shown: ShownBytes;
  /** Handed on only in part, or not at all yet. */
  #unshownRequests: Chunk | null = null;
  #unshownResponses: Chunk | null = null;
  /** Requests so far, and when one was looked at last. */
  #requests = 0;
  #lookedUs = 0;

  constructor(id: ConnectionId, path: FramePath, ledger: PathLedger, receive: (input: EngineInput) => void) {
    this.#path = path;
    this.#ledger = ledger;
    this.#shown = new ShownBytes(id, receive);
  }

  /** Whether a request that came at `atUs`, and its response, are to be seen. */
  looksAt(apiKey: number, apiVersion: number, atUs: number): boolean {
    const { looking } = this.#ledger;
    this.#requests += 1;
    if (looking.looksAt(apiKey)) {
      this.#lookedUs = atUs;
      return true;
    }
    const beyond = this.#requests <= alwaysLookedRequests || atUs - this.#lookedUs >= lookedEveryUs;
    if (!beyond && isKnownVersion(apiKey, apiVersion)) return false;
    this.#lookedUs = atUs;
    looking.lookedBeyond();
    return true;
  }

  /** Bytes of the client that the path just took; shown by `showRequests`. */
  keepRequests(bytes: Uint8Array, atUs: number): void {
    const { patchedAt, patchedBytes } = this.#path.requests;
    this.#unshownRequests = { bytes, atUs, patchedAt, patchedBytes };
  }

  /** Bytes of the broker that the path just took; shown by `showResponses`. */
  keepResponses(bytes: Uint8Array, atUs: number): void {
    // Only a head that was kept back may be left when nothing comes any more: nothing of it was overwritten.
    const { patchedAt, patchedBytes } = bytes.length === 0 ? nothingPatched : this.#path;
    this.#unshownResponses = { bytes, atUs, patchedAt, patchedBytes };
  }

  /** The client's bytes are handed on. */
  showRequests(): void {
    const chunk = this.#unshownRequests;
    if (chunk === null) return;
    this.#unshownRequests = null;
    this.#show('client', chunk, this.#path.requests.looked, this.#path.requests.frames);
  }

  /** The broker's bytes are handed on. */
  showResponses(): void {
    const chunk = this.#unshownResponses;
    if (chunk === null) return;
    this.#unshownResponses = null;
    this.#show('broker', chunk, this.#path.looked, this.#path.frames);
  }

  /** Tells what went by unseen since the last bytes that were shown: the connection is over. */
  tellSkipped(): void {
    this.#shown.skipped('client', this.#path.requests.looked.takePending());
    this.#shown.skipped('broker', this.#path.looked.takePending());
  }

  #show(side: Side, chunk: Chunk, looked: LookedRanges, frames: number): void {
    const { looking } = this.#ledger;
    const forwardedUs = nowUs();
    this.#ledger.added(forwardedUs - chunk.atUs, frames);
    if (looked.none) {
      looking.spent(forwardedUs, forwardedUs);
      return;
    }
    this.#shown.show(side, chunk, looked, forwardedUs);
    looking.spent(forwardedUs, nowUs(), looked.bytes);
  }
}

/** A version that nobody knows is looked at: it is news. */
function isKnownVersion(apiKey: number, apiVersion: number): boolean {
  const range = versionRange(apiKey);
  return range !== null && apiVersion >= range.min && apiVersion <= range.max;
}
