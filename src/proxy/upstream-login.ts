import { type Credentials, principalOf, TokenError } from './sasl/credentials.ts';
import { type LoginSession, type LoginStep, SaslLogin } from './sasl/login.ts';
import { describeLoginFailure, type LoginFailure, type LoginRefusal } from './sasl/login-failure.ts';
import type { SaslMechanism } from './sasl/mechanism.ts';

/** What a login led to. */
export interface LoggedIn extends LoginSession {
  readonly mechanism: string;
  /** As whom the broker knows us; null when the token does not tell. */
  readonly principal: string | null;
}

export interface UpstreamLoginOptions {
  readonly credentials: Credentials;
  /** The broker as the person knows it, `host:port`. */
  readonly broker: string;
  /** What an earlier login on this connection found; null on a new connection. */
  readonly authenticateVersion: number | null;
  readonly timeoutMs: number;
  /** Sends bytes to the broker. */
  readonly write: (bytes: Uint8Array) => void;
  /** Called once, unless `cancel` is. */
  readonly done: (end: LoggedIn | LoginFailure) => void;
}

/** Tells how a login ended. */
export function isLoginFailure(end: LoggedIn | LoginFailure): end is LoginFailure {
  return 'authentication' in end;
}

/** One login under way on a connection that exists: the exchange, its deadline, and what it needs from outside. */
export class UpstreamLogin {
  readonly #options: UpstreamLoginOptions;
  readonly #deadline: NodeJS.Timeout;
  #mechanism: SaslMechanism | null = null;
  #login: SaslLogin | null = null;
  #over = false;

  constructor(options: UpstreamLoginOptions) {
    this.#options = options;
    this.#deadline = setTimeout(() => this.#fail('timeout', ''), options.timeoutMs);
    options.credentials.prepare((made) => this.#begin(made));
  }

  /** Bytes the broker sent. */
  receive(bytes: Uint8Array): void {
    if (this.#over) return;
    if (this.#login === null) this.#fail('protocol', 'it speaks before it is asked');
    else this.#act(this.#login.receive(bytes));
  }

  /** The broker ended the connection; `code` is Node's, or empty. */
  closed(code: string): void {
    this.#fail('closed', code);
  }

  /** Ends it without a word. */
  cancel(): void {
    this.#over = true;
    clearTimeout(this.#deadline);
  }

  #begin(made: SaslMechanism | TokenError): void {
    if (this.#over) return;
    if (made instanceof TokenError) {
      this.#fail('token', made.message);
      return;
    }
    this.#mechanism = made;
    this.#login = new SaslLogin(made, this.#options.authenticateVersion);
    this.#options.write(this.#login.start());
  }

  #act(step: LoginStep): void {
    switch (step.kind) {
      case 'wait':
        return;
      case 'send':
        this.#options.write(step.bytes);
        return;
      case 'derive':
        this.#options.credentials.derive(step.salt, step.iterations, (key) => {
          if (!this.#over && this.#login !== null) this.#act(this.#login.derived(key));
        });
        return;
      case 'done':
        this.cancel();
        this.#options.done({ ...step.session, mechanism: this.#options.credentials.mechanism, principal: this.#who() });
        return;
      case 'failed':
        this.#refused(step.refusal);
        return;
      default:
        step satisfies never;
    }
  }

  #who(): string | null {
    return this.#mechanism === null ? null : principalOf(this.#mechanism);
  }

  #fail(kind: LoginRefusal['kind'], detail: string): void {
    this.#refused({ kind, detail, offered: [] });
  }

  #refused(refusal: LoginRefusal): void {
    if (this.#over) return;
    this.cancel();
    const { broker, credentials, timeoutMs, done } = this.#options;
    const { mechanism } = credentials;
    const secrets = this.#mechanism?.secrets ?? [];
    done(describeLoginFailure(refusal, { broker, mechanism, principal: this.#who(), timeoutMs, secrets }));
  }
}
