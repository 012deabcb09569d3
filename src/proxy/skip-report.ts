import { nowUs } from './clock.ts';
import type { ProxyObserver } from './connection-context.ts';
import type { PathLedger } from './path-ledger.ts';

/** Counts go to the observer so often: what screens show is no older. */
const countEveryMs = 250;

/** The event comes so often at most. */
const tellEveryMs = 1000;

/** Tells what was skipped: counts by API to the observer, and an event for people, while anything is skipped. */
export class SkipReport {
  readonly #ledger: PathLedger;
  readonly #observer: ProxyObserver;
  #timer: NodeJS.Timeout | null = null;
  #requestsTold = 0;
  #responsesTold = 0;
  #bytesTold = 0;
  #ticks = 0;

  constructor(ledger: PathLedger, observer: ProxyObserver) {
    this.#ledger = ledger;
    this.#observer = observer;
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), countEveryMs);
    this.#timer.unref();
  }

  /** Tells the rest. */
  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#count();
    this.#tell();
  }

  #tick(): void {
    this.#count();
    this.#ticks += 1;
    if (this.#ticks % (tellEveryMs / countEveryMs) === 0) this.#tell();
  }

  #count(): void {
    const atUs = nowUs();
    this.#ledger.skipped.take((row) => this.#observer.skipped?.(row, atUs));
  }

  #tell(): void {
    const { requests, responses, bytes } = this.#ledger.skipped.totals;
    const newRequests = requests - this.#requestsTold;
    const newResponses = responses - this.#responsesTold;
    if (newRequests === 0 && newResponses === 0) return;
    const detail = {
      requests: newRequests,
      responses: newResponses,
      bytes: bytes - this.#bytesTold,
      share: Math.round(this.#ledger.looking.share * 10_000) / 10_000,
      message: `${newRequests} requests were forwarded and counted without being looked at, since looking would have slowed the traffic; those looked at are a random sample. --inspect all looks at everything.`,
    };
    this.#requestsTold = requests;
    this.#responsesTold = responses;
    this.#bytesTold = bytes;
    this.#observer.event({ kind: 'event', atUs: nowUs(), event: 'inspection-skipped', connection: null, detail });
  }
}
