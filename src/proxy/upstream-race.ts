import { lookup } from 'node:dns';
import net from 'node:net';
import { systemErrorCode } from '../wire/system-error.ts';
import { type ConnectFailure, describeFailure } from './connect-failure.ts';
import { formatHostPort, type HostPort } from './host-port.ts';
import { OnreadSocket } from './onread-socket.ts';
import type { ReadBufferBudget } from './read-buffer.ts';
import { explainBrokerTls } from './tls-failure.ts';

/** Pause before the next address is tried beside the ones still connecting (RFC 8305 recommends 250 ms). */
const attemptDelayMs = 250;

/** Attempts under way at one time, so that a name with a thousand addresses does not take a thousand descriptors. */
const attemptsAtOnceMax = 8;

/** Addresses of one name that are tried. */
const addressesPerNameMax = 16;

/** How TLS is spoken to the brokers. PEM texts. */
export interface UpstreamTls {
  /** Authorities to trust; null: those Node comes with. */
  readonly ca: string | null;
  /** Client certificate for brokers that ask for one. */
  readonly cert: string | null;
  readonly key: string | null;
  /** Name to ask for and to verify in place of the host connected to. */
  readonly servername: string | null;
  /** Do not verify the broker's certificate. */
  readonly insecure: boolean;
  /** Verify the certificate, but not the name it is for (an empty `ssl.endpoint.identification.algorithm`). */
  readonly anyName?: boolean;
}

export interface UpstreamRaceOptions {
  /** null: plaintext. */
  readonly tls: UpstreamTls | null;
  /** Gets each line of the TLS key log. */
  readonly keylog: (line: Uint8Array) => void;
  readonly targets: readonly HostPort[];
  readonly timeoutMs: number;
  readonly budget: ReadBufferBudget;
  /** Says why an address, of a target, must not be connected to; null when it may. */
  readonly refusal: (address: string, port: number, target: HostPort) => string | null;
  /** Bytes sent first on each connection, before TLS: a PROXY protocol header. */
  readonly preface?: Uint8Array | null;
}

export interface UpstreamRaceHandler {
  /** Called in the turn in which the connection came to be, before any byte can arrive on it. */
  connected(socket: OnreadSocket, target: HostPort): void;
  failed(failure: ConnectFailure): void;
}

interface Candidate {
  readonly address: string;
  readonly target: HostPort;
}

/**
 * Connects to the first server that answers: all addresses of all servers, in order, each a little after the one
 * before or at once when that failed, all under one deadline. So a dead bootstrap server costs 250 ms, not the
 * whole timeout (Kroxylicious #4327: N dead servers cost N timeouts).
 */
export class UpstreamRace {
  readonly #options: UpstreamRaceOptions;
  readonly #handler: UpstreamRaceHandler;
  /** Resolved addresses not yet tried, by position of their target. */
  readonly #candidates: Candidate[][];
  readonly #attempts = new Set<OnreadSocket>();
  readonly #failures: ConnectFailure[] = [];
  readonly #deadline: NodeJS.Timeout;
  #lookups = 0;
  #stagger: NodeJS.Timeout | null = null;
  #over = false;

  constructor(options: UpstreamRaceOptions, handler: UpstreamRaceHandler) {
    this.#options = options;
    this.#handler = handler;
    this.#candidates = options.targets.map(() => []);
    this.#deadline = setTimeout(() => this.#timedOut(), options.timeoutMs);
    for (const [index, target] of options.targets.entries()) this.#resolve(index, target);
    // Not in this turn: the caller does not have the race in hand yet.
    setImmediate(() => this.#startNext());
  }

  /** Gives up without a word to the handler. */
  cancel(): void {
    this.#finish(null);
  }

  #resolve(index: number, target: HostPort): void {
    if (net.isIP(target.host) !== 0) {
      this.#candidates[index]?.push({ address: target.host, target });
      return;
    }
    this.#lookups += 1;
    lookup(target.host, { all: true, order: 'verbatim' }, (error, addresses) => {
      this.#lookups -= 1;
      if (this.#over) return;
      if (error === null) {
        for (const { address } of addresses.slice(0, addressesPerNameMax)) {
          this.#candidates[index]?.push({ address, target });
        }
      } else {
        this.#failures.push(describeFailure(target, systemErrorCode(error)));
      }
      if (this.#attempts.size === 0 || this.#stagger === null) this.#startNext();
    });
  }

  #startNext(): void {
    if (this.#over) return;
    if (this.#stagger !== null) clearTimeout(this.#stagger);
    this.#stagger = null;
    const candidate = this.#attempts.size < attemptsAtOnceMax ? this.#takeCandidate() : undefined;
    if (candidate !== undefined) {
      this.#attempt(candidate);
      this.#stagger = setTimeout(() => this.#startNext(), attemptDelayMs);
    } else if (this.#attempts.size === 0 && this.#lookups === 0) {
      this.#fail();
    }
  }

  #takeCandidate(): Candidate | undefined {
    for (const waiting of this.#candidates) {
      const candidate = waiting.shift();
      if (candidate !== undefined) return candidate;
    }
    return undefined;
  }

  #attempt({ address, target }: Candidate): void {
    const refusal = this.#options.refusal(address, target.port, target);
    if (refusal !== null) {
      const name = formatHostPort(target.host, target.port);
      this.#failures.push({ reason: 'address-refused', message: `Will not connect to ${name}: ${refusal}.` });
      // A loop would recurse as deep as there are refused addresses.
      setImmediate(() => this.#startNext());
      return;
    }
    const socket = this.#connect(address, target);
    this.#attempts.add(socket);
    socket.socket.once(this.#options.tls === null ? 'connect' : 'secureConnect', () => {
      if (this.#over) return;
      this.#attempts.delete(socket);
      this.#finish(null);
      socket.handler = null;
      const { tls, preface = null } = this.#options;
      // With TLS it went ahead of the handshake.
      if (tls === null && preface !== null) socket.write(preface);
      this.#handler.connected(socket, target);
    });
    socket.handler = {
      bytesArrived: () => undefined,
      peerEnded: () => undefined,
      writesSettled: () => undefined,
      closed: (error) => {
        this.#attempts.delete(socket);
        if (this.#over) return;
        this.#failures.push(describeClosed(target, error));
        this.#startNext();
      },
    };
  }

  #connect(address: string, target: HostPort): OnreadSocket {
    const { tls, budget, keylog, preface = null } = this.#options;
    if (tls === null) return OnreadSocket.connecting(address, target.port, budget);
    // An IP address is no server name (RFC 6066); the certificate is then checked for the address itself.
    const servername = tls.servername ?? (net.isIP(target.host) === 0 ? target.host : '');
    const socket = OnreadSocket.connectingTls(
      address,
      target.port,
      {
        rejectUnauthorized: !tls.insecure,
        ...(tls.anyName === true ? { checkServerIdentity: () => undefined } : {}),
        ...(tls.ca === null ? {} : { ca: tls.ca }),
        ...(tls.cert === null ? {} : { cert: tls.cert }),
        ...(tls.key === null ? {} : { key: tls.key }),
        ...(servername === '' ? {} : { servername }),
      },
      budget,
      preface,
    );
    socket.socket.on('keylog', keylog);
    return socket;
  }

  #timedOut(): void {
    const [target = { host: '?', port: 0 }] = this.#options.targets;
    // What failed at once says more than that the rest did not answer.
    const untried = this.#failures.length === 0 || this.#attempts.size > 0;
    if (untried) this.#failures.unshift(describeFailure(target, 'ETIMEDOUT'));
    this.#fail();
  }

  #fail(): void {
    const [first = { reason: 'no-address', message: 'No upstream server has an address; check --upstream.' }] =
      this.#failures;
    this.#finish(first);
  }

  #finish(failure: ConnectFailure | null): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#deadline);
    if (this.#stagger !== null) clearTimeout(this.#stagger);
    for (const socket of this.#attempts) {
      socket.handler = null;
      socket.destroy();
    }
    this.#attempts.clear();
    if (failure !== null) this.#handler.failed(failure);
  }
}

/** Words for an attempt that ended with an error, of TCP or of TLS. */
function describeClosed(target: HostPort, error: Error | null): ConnectFailure {
  const code = systemErrorCode(error);
  const reason = error !== null && 'reason' in error && typeof error.reason === 'string' ? error.reason : '';
  return explainBrokerTls(formatHostPort(target.host, target.port), code, reason) ?? describeFailure(target, code);
}
