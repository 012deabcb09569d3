import type { BrokerBinding } from './broker-routes.ts';
import { nowUs } from './clock.ts';
import type { HostPort } from './host-port.ts';
import { isMisled, misledDrainMs } from './misled.ts';
import {
  type ConnectionSilence,
  lookEveryMs,
  type TimeoutCause,
  type TimeoutOptions,
  timeoutOf,
  timeoutSentence,
} from './timeouts.ts';
import type { Destination } from './upstream-route.ts';

/** A connection, as far as somebody else may end it. */
export interface EndableConnection {
  readonly destination: Destination;
  /** The server it leads to; null while it leads nowhere. */
  readonly upstream: HostPort | null;
  /** True while both its sides are connected. */
  readonly connected: boolean;
  readonly silence: ConnectionSilence;
  timeOut(cause: TimeoutCause, count: number, message: string): void;
  drain(reason?: string): void;
  close(reason: string): void;
}

/** The connections of a proxy that are open, and why the proxy ends some of them or all. */
export class OpenConnections<Connection extends EndableConnection> implements Iterable<Connection> {
  readonly #timeoutOptions: TimeoutOptions;
  readonly #open = new Set<Connection>();
  /** Those at the wrong broker that were told to end. */
  readonly #misled = new WeakSet<Connection>();
  readonly #timeouts = { 'first-byte-timeout': 0, 'stalled-frame-timeout': 0, 'idle-timeout': 0 };
  #look: NodeJS.Timeout | null = null;
  #allClosed: (() => void)[] = [];

  constructor(timeoutOptions: TimeoutOptions) {
    this.#timeoutOptions = timeoutOptions;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Connections given up for their silence so far, by cause. */
  get timeouts(): Readonly<Record<TimeoutCause, number>> {
    return { ...this.#timeouts };
  }

  [Symbol.iterator](): Iterator<Connection> {
    return this.#open[Symbol.iterator]();
  }

  add(connection: Connection): void {
    this.#open.add(connection);
  }

  /** It is over. */
  delete(connection: Connection): void {
    this.#open.delete(connection);
    if (this.#open.size > 0) return;
    const waiting = this.#allClosed;
    this.#allClosed = [];
    for (const resolve of waiting) resolve();
  }

  /** From now on silent ones are looked for, where a timeout is set. */
  watchSilence(): void {
    const everyMs = lookEveryMs(this.#timeoutOptions);
    if (everyMs !== null) this.#look = setInterval(() => this.endSilent(nowUs()), everyMs);
  }

  /** Looks for silent ones no more. */
  unwatch(): void {
    if (this.#look !== null) clearInterval(this.#look);
  }

  /** Gives up those that are silent for too long at `atUs`. */
  endSilent(atUs: number): void {
    const options = this.#timeoutOptions;
    for (const connection of [...this.#open]) {
      const cause = connection.connected ? timeoutOf(connection.silence, options, atUs) : null;
      if (cause === null) continue;
      this.#timeouts[cause] += 1;
      connection.timeOut(cause, this.#timeouts[cause], timeoutSentence(cause, options));
    }
  }

  /**
   * Ends those that are at the wrong broker, now that `binding` is known; their clients come back to the right one.
   * Returns how many, each once.
   */
  endMisled(binding: BrokerBinding): number {
    let ended = 0;
    for (const connection of this.#open) {
      if (this.#misled.has(connection) || !isMisled(connection, binding)) continue;
      this.#misled.add(connection);
      ended += 1;
      // Not now: the response that brought the news is on its way to one of them.
      setImmediate(() => connection.drain('broker-elsewhere'));
      setTimeout(() => connection.close('broker-elsewhere'), misledDrainMs).unref();
    }
    return ended;
  }

  /** Lets due responses go out; what is still open after `deadlineMs` is closed. Resolves when none is open. */
  async drain(deadlineMs: number): Promise<void> {
    for (const connection of [...this.#open]) connection.drain();
    const deadline = setTimeout(() => this.#closeAll('drain-timeout'), deadlineMs);
    await this.#whenAllClosed();
    clearTimeout(deadline);
  }

  /** Closes all now; resolves when none is open. */
  close(): Promise<void> {
    this.#closeAll('proxy-closed');
    return this.#whenAllClosed();
  }

  #closeAll(reason: string): void {
    for (const connection of [...this.#open]) connection.close(reason);
  }

  #whenAllClosed(): Promise<void> {
    if (this.#open.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#allClosed.push(resolve));
  }
}
