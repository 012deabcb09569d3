import { lookup } from 'node:dns';
import net from 'node:net';
import { formatHostPort, type HostPort } from './host-port.ts';
import { OnreadSocket } from './onread-socket.ts';
import { systemErrorCode } from './proxy-error.ts';
import type { ReadBufferBudget } from './read-buffer.ts';

/** Pause before the next address is tried beside the ones still connecting (RFC 8305 recommends 250 ms). */
const attemptDelayMs = 250;

/** Attempts under way at one time, so that a name with a thousand addresses does not take a thousand descriptors. */
const attemptsAtOnceMax = 8;

/** Addresses of one name that are tried. */
const addressesPerNameMax = 16;

/** Why no server could be reached: a stable word, and a sentence with cause and next step. */
export interface UpstreamFailure {
  readonly reason: string;
  readonly message: string;
}

export interface UpstreamRaceOptions {
  readonly targets: readonly HostPort[];
  readonly timeoutMs: number;
  readonly budget: ReadBufferBudget;
  /** Says why an address must not be connected to; null when it may. */
  readonly refusal: (address: string, port: number) => string | null;
}

export interface UpstreamRaceHandler {
  /** Called in the turn in which the connection came to be, before any byte can arrive on it. */
  connected(socket: OnreadSocket, target: HostPort): void;
  failed(failure: UpstreamFailure): void;
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
  readonly #failures: UpstreamFailure[] = [];
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
    const refusal = this.#options.refusal(address, target.port);
    if (refusal !== null) {
      const name = formatHostPort(target.host, target.port);
      this.#failures.push({ reason: 'address-refused', message: `Will not connect to ${name}: ${refusal}.` });
      // A loop would recurse as deep as there are refused addresses.
      setImmediate(() => this.#startNext());
      return;
    }
    const socket = OnreadSocket.connecting(address, target.port, this.#options.budget);
    this.#attempts.add(socket);
    socket.socket.once('connect', () => {
      if (this.#over) return;
      this.#attempts.delete(socket);
      this.#finish(null);
      socket.handler = null;
      this.#handler.connected(socket, target);
    });
    socket.handler = {
      bytesArrived: () => undefined,
      peerEnded: () => undefined,
      writesSettled: () => undefined,
      closed: (error) => {
        this.#attempts.delete(socket);
        if (this.#over) return;
        this.#failures.push(describeFailure(target, systemErrorCode(error)));
        this.#startNext();
      },
    };
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

  #finish(failure: UpstreamFailure | null): void {
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

/** Words for a failed attempt: cause first, then what to look at. */
export function describeFailure(target: HostPort, code: string): UpstreamFailure {
  const name = formatHostPort(target.host, target.port);
  switch (code) {
    case 'ECONNREFUSED':
      return {
        reason: 'connection-refused',
        message: `Nothing listens at ${name} (connection refused): start the broker there or check host and port.`,
      };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_NONAME':
      return {
        reason: 'name-not-found',
        message: `The name ${target.host} has no address (${code}): check its spelling and DNS.`,
      };
    case 'ETIMEDOUT':
      return {
        reason: 'connect-timeout',
        message: `${name} did not answer in time: check host, port and firewall, or raise --connect-timeout.`,
      };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return {
        reason: 'unreachable',
        message: `There is no network route to ${name} (${code}): check network and VPN.`,
      };
    case 'EMFILE':
    case 'ENFILE':
      return {
        reason: 'too-many-open-files',
        message: `No file descriptor was free to connect to ${name} (${code}): raise the limit with ulimit -n.`,
      };
    default:
      return { reason: 'connect-failed', message: `Connecting to ${name} failed (${code || 'no reason given'}).` };
  }
}
