import type net from 'node:net';
import { nowUs } from './clock.ts';
import type { EventDetail } from './event-detail.ts';
import { LoudCounter } from './loud-counter.ts';

/**
 * Lets clients in up to the most connections allowed, and turns the others away with a reset before anything is read
 * of them. Counts them, and those whom the system did not let us accept, loudly.
 */
export class AcceptGate {
  readonly #connectionsMax: number;
  readonly #refused: LoudCounter;
  readonly #failed: LoudCounter;
  #failedCode = '';
  #closed = false;

  constructor(connectionsMax: number, event: (event: string, detail: EventDetail) => void) {
    this.#connectionsMax = connectionsMax;
    this.#refused = new LoudCounter((count) =>
      event('connection-refused', {
        count,
        message: `${connectionsMax} connections are open, the most allowed; raise --max-connections to let more in.`,
      }),
    );
    this.#failed = new LoudCounter((count) =>
      event('accept-failed', {
        count,
        code: this.#failedCode,
        message: `A connection could not be accepted (${this.#failedCode}); if descriptors are used up, raise ulimit -n.`,
      }),
    );
  }

  /** Clients turned away so far, by why. */
  get refused(): { readonly 'max-connections': number; readonly 'accept-failed': number } {
    return { 'max-connections': this.#refused.total, 'accept-failed': this.#failed.total };
  }

  /** True when a client may come in while so many connections are `open`; otherwise it is gone. */
  letsIn(accepted: net.Socket, open: number): boolean {
    if (!this.#closed && open < this.#connectionsMax) return true;
    if (!this.#closed) this.#refused.add(nowUs());
    accepted.on('error', () => undefined);
    accepted.resetAndDestroy();
    return false;
  }

  /** The system gave us no socket; `code` is Node's. */
  acceptFailed(code: string): void {
    this.#failedCode = code;
    this.#failed.add(nowUs());
  }

  /** Lets nobody in any more, and tells what was not told yet. */
  close(): void {
    this.#closed = true;
    this.#refused.flush();
    this.#failed.flush();
  }
}
