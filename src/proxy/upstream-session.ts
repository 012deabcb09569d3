import type { EventDetail } from './event-detail.ts';
import type { Credentials } from './sasl/credentials.ts';
import { isLoginFailure, type LoggedIn, UpstreamLogin } from './upstream-login.ts';

/** What a session asks of the connection it belongs to. */
export interface UpstreamSessionHost {
  /** Nothing is under way in either direction, nor waits for anybody. */
  readonly quiet: boolean;
  /** Bytes until the border of the client's frame, as far as known; 0 at a border, null where there are no frames. */
  readonly clientFrameBytesLeft: number | null;
  /** Client bytes on their usual way. */
  forwardClient(bytes: Uint8Array): void;
  stopClient(): void;
  /** The client may be read again, unless a write still holds its bytes. */
  resumeClient(): void;
  writeBroker(bytes: Uint8Array): void;
  event(event: string, detail: EventDetail): void;
  close(reason: string): void;
}

export interface UpstreamSessionOptions {
  readonly credentials: Credentials;
  readonly broker: string;
  readonly timeoutMs: number;
}

/**
 * Shares of a session's lifetime. From the first on, a moment in which the client waits for nothing is used; at the
 * second the client is made to wait. KIP-368 has clients do it between 85 and 95 %.
 */
const willingFrom = 0.85;
const insistingFrom = 0.92;
/** Connections opened together must not log in again together. */
const willingSpread = 0.05;

/** Least time left for the requests before ours, so that sessions of seconds end no deep pipeline; and its limit. */
const marginMsMin = 3_000;
const insistingFromMin = 0.6;

/**
 * Least time for a login on a connection in use: a broker that throttles a client answers first and is deaf
 * afterwards (KIP-219), so our request may wait as long as the next one of the client would have.
 */
const reauthenticationTimeoutMsMin = 30_000;

/** Longest delay of Node's timers; a longer one would fire at once. */
const timerMsMax = 2_147_483_647;

const noBytes = new Uint8Array(0);

const Phase = { Serving: 0, Willing: 1, Insisting: 2, Exchanging: 3, Over: 4 } as const;
type Phase = (typeof Phase)[keyof typeof Phase];

/**
 * The session of a connection that the proxy logged in to: logs in again before its lifetime is over (KIP-368).
 *
 *                 85 %             92 %              quiet
 *   Serving ─────────► Willing ─────────► Insisting ──────► Exchanging ──► Serving
 *      │                  └──────────── quiet ───────────────►┘    └─ failed: the connection closes
 *      └─ the client logs in itself, or its bytes have no frames ─► Over
 *
 * Insisting and Exchanging stop the client at the border of a frame; the rest of what was read is held, one read at
 * most, since a stopped socket reads no more. Nothing is reordered: the broker gets our request behind all of the
 * client's, and its answer is the only one due.
 */
export class UpstreamSession {
  readonly #options: UpstreamSessionOptions;
  readonly #host: UpstreamSessionHost;
  #login: LoggedIn;
  #phase: Phase = Phase.Serving;
  #timer: NodeJS.Timeout | null = null;
  #exchange: UpstreamLogin | null = null;
  #stopped = false;
  #held: Uint8Array = noBytes;
  #times = 0;

  constructor(login: LoggedIn, options: UpstreamSessionOptions, host: UpstreamSessionHost) {
    this.#login = login;
    this.#options = options;
    this.#host = host;
    this.#report();
    this.#serve();
  }

  /** Client bytes are to come here instead of going on. */
  get stopsClient(): boolean {
    return this.#phase === Phase.Insisting || this.#phase === Phase.Exchanging;
  }

  /** The client is not read until the login is over. */
  get clientStopped(): boolean {
    return this.#stopped;
  }

  /** Broker bytes are answers to us. */
  get exchanging(): boolean {
    return this.#phase === Phase.Exchanging;
  }

  /** Bytes the client sent while `stopsClient`: up to the border they go on, the rest waits. */
  clientBytes(bytes: Uint8Array): void {
    let at = 0;
    while (!this.#stopped && this.stopsClient && at < bytes.length) {
      const left = this.#host.clientFrameBytesLeft;
      if (left === null) this.#giveUp();
      else if (left === 0) this.#stop();
      else {
        const until = Math.min(bytes.length, at + left);
        this.#host.forwardClient(bytes.subarray(at, until));
        at = until;
      }
    }
    if (!this.stopsClient) {
      if (at < bytes.length) this.#host.forwardClient(bytes.subarray(at));
      return;
    }
    // The memory of a read is used again by the next one.
    if (at < bytes.length) this.#held = joined(this.#held, bytes.subarray(at));
    this.look();
  }

  /** Bytes the broker sent while `exchanging`. */
  brokerBytes(bytes: Uint8Array): void {
    this.#exchange?.receive(bytes);
  }

  /** The broker ended the connection; `code` is Node's, or empty. */
  brokerGone(code: string): void {
    this.#exchange?.closed(code);
  }

  /** To be called when something has come to its end: begins the exchange when its time has come. */
  look(): void {
    if (this.#phase !== Phase.Willing && this.#phase !== Phase.Insisting) return;
    const left = this.#host.clientFrameBytesLeft;
    if (left === null) {
      this.#giveUp();
      return;
    }
    if (this.#phase === Phase.Insisting && !this.#stopped) {
      if (left > 0) return;
      this.#stop();
    }
    if (this.#host.quiet) this.#begin();
  }

  /** The client sends a SaslHandshake of its own, which goes on like everything else. */
  clientLogsIn(): void {
    if (this.#phase === Phase.Over) return;
    this.#end();
    this.#host.event('client-login-passed-on', {
      message:
        'The client logs in itself although kafka-scope has logged in to the broker for it: the broker refuses that (ILLEGAL_SASL_STATE) or takes it for a re-authentication, which fails for another user or mechanism; take the SASL settings out of the client, or start kafka-scope without --upstream-sasl-… and --upstream-config.',
    });
  }

  /** The connection is over. */
  dispose(): void {
    this.#end();
    this.#exchange?.cancel();
    this.#held = noBytes;
  }

  #end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#phase = Phase.Over;
  }

  #serve(): void {
    this.#phase = Phase.Serving;
    const { lifetimeMs } = this.#login;
    if (lifetimeMs <= 0) return;
    const margin = 1 - marginMsMin / lifetimeMs;
    const insisting = Math.max(insistingFromMin, Math.min(insistingFrom, margin));
    const willing = insisting - (insistingFrom - willingFrom) + Math.random() * willingSpread;
    this.#after(lifetimeMs * willing, () => this.#becomeWilling(lifetimeMs, willing, insisting));
  }

  #becomeWilling(lifetimeMs: number, willing: number, insisting: number): void {
    this.#phase = Phase.Willing;
    this.#after(lifetimeMs * (insisting - willing), () => {
      this.#phase = Phase.Insisting;
      this.#after(lifetimeMs * (1 - insisting), () => this.#late(lifetimeMs));
      this.look();
    });
    this.look();
  }

  /** There are no frames any more, so there is no place to log in again. */
  #giveUp(): void {
    this.#end();
    this.#host.event('upstream-reauthentication-impossible', {
      message: `The session at ${this.#options.broker} ends soon and the connection carries bytes without frames, so there is no place to log in again: the broker will close it.`,
    });
    if (this.#stopped) this.#goOn();
  }

  /** The lifetime is over and a request or a response still under way: a broker lets it end and a login follow. */
  #late(lifetimeMs: number): void {
    const what = this.#stopped ? 'a response is still due' : 'a request is still under way';
    this.#host.event('upstream-reauthentication-late', {
      sessionLifetimeMs: lifetimeMs,
      message: `The session at ${this.#options.broker} is over after ${lifetimeMs} ms and ${what}: kafka-scope logs in again as soon as it ends, and the broker closes the connection if a request comes before that.`,
    });
  }

  #stop(): void {
    this.#stopped = true;
    this.#host.stopClient();
  }

  #begin(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (!this.#stopped) this.#stop();
    this.#phase = Phase.Exchanging;
    const { credentials, broker, timeoutMs } = this.#options;
    this.#exchange = new UpstreamLogin({
      credentials,
      broker,
      timeoutMs: Math.max(timeoutMs, reauthenticationTimeoutMsMin),
      authenticateVersion: this.#login.authenticateVersion,
      write: (bytes) => this.#host.writeBroker(bytes),
      done: (end) => {
        this.#exchange = null;
        if (isLoginFailure(end)) {
          this.#end();
          this.#host.event('upstream-authentication-failed', { reason: end.reason, message: end.message });
          this.#host.close('upstream-authentication-failed');
          return;
        }
        this.#login = end;
        this.#times += 1;
        this.#report();
        this.#serve();
        this.#goOn();
      },
    });
  }

  #goOn(): void {
    const held = this.#held;
    this.#held = noBytes;
    this.#stopped = false;
    if (held.length > 0) this.#host.forwardClient(held);
    this.#host.resumeClient();
  }

  #report(): void {
    const { mechanism, principal, lifetimeMs } = this.#login;
    this.#host.event('upstream-authenticated', {
      mechanism,
      principal,
      sessionLifetimeMs: lifetimeMs === 0 ? null : lifetimeMs,
      reauthentications: this.#times,
    });
  }

  #after(delayMs: number, act: () => void): void {
    this.#timer = setTimeout(act, Math.min(delayMs, timerMsMax));
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  return first.length === 0 ? second.slice() : Buffer.concat([first, second]);
}
