import type { EngineEvent } from '../../exchange/event.ts';
import type { Exchange } from '../../exchange/exchange.ts';
import type { Diagnosis } from '../finding.ts';
import { hostOf } from '../findings.ts';

const saslHandshakeKey = 17;
const saslAuthenticateKey = 36;

/** Logins followed between handshake and first token, and hosts remembered: new logins go unwatched, old hosts are forgotten. */
export const loginsWaitingMax = 1_024;

/** Logins in a row left without a token before we speak: one may be a client that was just then ended. */
const leftTimes = 2;

/** Where it is said that there was no room. */
interface LoginLimits {
  reach(limit: 'loginsWaitingMax'): void;
}

/**
 * Clients that agree on GSSAPI and then leave without a token: their KDC gave them no ticket. The broker never hears of
 * it and the client tries again for ever, which to its user looks like a topic that does not exist.
 */
export class NoTicket {
  /** Connections whose handshake was answered and whose token has not come. */
  readonly #waiting = new Map<number, Exchange>();
  /** How often in a row clients of a host left like that. */
  readonly #left = new Map<string, number>();
  readonly #limits: LoginLimits;

  constructor(limits: LoginLimits) {
    this.#limits = limits;
  }

  take(event: EngineEvent): Diagnosis | null {
    if (event.kind === 'event') return event.event === 'connection-closed' ? this.#closed(event) : null;
    const { exchange } = event;
    const { connection } = exchange;
    if (connection.sasl?.mechanism !== 'GSSAPI') return null;
    if (exchange.apiKey === saslHandshakeKey) {
      const accepted = event.kind === 'completed' && exchange.status === 'answered' && exchange.errors.length === 0;
      if (!accepted) return null;
      if (this.#waiting.size < loginsWaitingMax) this.#waiting.set(connection.id, exchange);
      else this.#limits.reach('loginsWaitingMax');
    } else if (exchange.apiKey === null || exchange.apiKey === saslAuthenticateKey) {
      this.#waiting.delete(connection.id);
      this.#left.delete(hostOf(connection.client));
    }
    return null;
  }

  #closed({ atUs, connection, detail }: Extract<EngineEvent, { kind: 'event' }>): Diagnosis | null {
    const handshake = connection === null ? undefined : this.#waiting.get(connection);
    if (connection === null || handshake === undefined) return null;
    this.#waiting.delete(connection);
    if (detail.endedBy !== 'client' && detail.reason !== 'client-reset') return null;
    const { client, broker } = handshake.connection;
    const times = this.#count(hostOf(client));
    if (times < leftTimes) return null;
    const message = `The client at ${hostOf(client)} agrees on GSSAPI and leaves without a token, ${times} times in a row: its KDC gives it no ticket. It asks for kafka/HOST (kafka: sasl.kerberos.service.name) where HOST is the name by which it connects, so through a proxy the proxy's: set --advertise to the host in the broker's own principal, or give that name a principal in the KDC and its key to the broker; the client's log has the KDC's words.`;
    return { finding: 'kerberos-no-ticket', severity: 'error', atUs, connection, client, broker, message };
  }

  #count(host: string): number {
    const times = (this.#left.get(host) ?? 0) + 1;
    this.#left.delete(host);
    this.#left.set(host, times);
    if (this.#left.size > loginsWaitingMax) {
      this.#limits.reach('loginsWaitingMax');
      const [oldest] = this.#left.keys();
      if (oldest !== undefined) this.#left.delete(oldest);
    }
    return times;
  }
}
