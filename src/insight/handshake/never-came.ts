import type { EngineEvent } from '../../exchange/event.ts';
import { LimitBook } from '../../exchange/limit-book.ts';
import type { Diagnosis } from '../finding.ts';
import { hostOf } from '../findings.ts';

const metadataKey = 3;

/** Hosts of clients remembered, of which the oldest are forgotten, and bootstrap connections followed at once. */
export const clientHostsMax = 1024;

/** Bootstrap connections in a row, each told where the brokers are, before we say that nobody came there. */
const toldTimes = 3;

/** Where it is said that there was no room. */
interface ClientLimits {
  reach(limit: 'clientHostsMax'): void;
}

interface Told {
  times: number;
  came: boolean;
}

/**
 * Clients that ask where the brokers are again and again and never go there: the address they were told does not
 * lead to us from where they are. The classic of every Kafka in front of which something stands.
 */
export class NeverCame {
  readonly #hosts = new Map<string, Told>();
  /** Bootstrap connections that were told addresses, with the client's name. */
  readonly #told = new Map<number, { readonly client: string; asked: boolean; rewritten: boolean }>();

  readonly #limits: ClientLimits;

  constructor(limits: ClientLimits = new LimitBook({ clientHostsMax })) {
    this.#limits = limits;
  }

  take(event: EngineEvent): Diagnosis | null {
    if (event.kind === 'event') return this.#event(event);
    if (event.kind !== 'completed' || this.#told.size === 0) return null;
    const { exchange } = event;
    const told = this.#told.get(exchange.connection.id);
    // Whoever asks for all topics may only want the list.
    if (told !== undefined && exchange.apiKey === metadataKey && exchange.topicCount > 0) {
      told.asked = true;
    }
    return null;
  }

  #event(event: Extract<EngineEvent, { kind: 'event' }>): Diagnosis | null {
    const { connection } = event;
    if (connection === null) return null;
    if (event.event === 'connection-opened') {
      const { client, nodeId } = event.detail;
      if (typeof client !== 'string') return null;
      if (nodeId !== null) this.#hostTold(hostOf(client)).came = true;
      else if (this.#told.size >= clientHostsMax) this.#limits.reach('clientHostsMax');
      else this.#told.set(connection, { client, asked: false, rewritten: false });
      return null;
    }
    const told = this.#told.get(connection);
    if (told === undefined) return null;
    // Only the proxy says this: in a capture every connection leads to a broker.
    if (event.event === 'addresses-rewritten') told.rewritten = true;
    if (event.event !== 'connection-closed') return null;
    this.#told.delete(connection);
    return told.asked && told.rewritten ? this.#left(event.atUs, connection, told.client) : null;
  }

  #left(atUs: number, connection: number, client: string): Diagnosis | null {
    const host = this.#hostTold(hostOf(client));
    host.times += 1;
    if (host.came || host.times < toldTimes) return null;
    const message = `The client at ${hostOf(client)} asked for the brokers' addresses ${host.times} times and never came to one of them: from there the host that was told may lead nowhere; check that it resolves and that the broker ports are open, and set --advertise to a host it can reach.`;
    return {
      finding: 'advertised-address-not-reached',
      severity: 'error',
      atUs,
      connection,
      client,
      broker: null,
      message,
    };
  }

  #hostTold(host: string): Told {
    const known = this.#hosts.get(host);
    if (known !== undefined) return known;
    if (this.#hosts.size >= clientHostsMax) {
      this.#limits.reach('clientHostsMax');
      for (const oldest of this.#hosts.keys()) {
        this.#hosts.delete(oldest);
        break;
      }
    }
    const told = { times: 0, came: false };
    this.#hosts.set(host, told);
    return told;
  }
}
