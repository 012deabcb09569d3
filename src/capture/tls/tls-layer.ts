import type { CaptureLimits, LimitCounter } from '../limits.ts';
import type {
  CaptureTlsStats,
  PlaintextListener,
  StreamListener,
  TcpConnectionFacts,
  TcpListener,
  UnreadTls,
} from '../types.ts';
import { KeyLog } from './key-log.ts';
import { TlsBudget } from './tls-budget.ts';
import { type TapHost, TlsTap } from './tls-tap.ts';

/**
 * Stands between reassembly and recognition: a connection that begins with a TLS record goes on decrypted, any other
 * as it is. What can not be decrypted is counted and told at its end, with everything its hellos say in the clear.
 */
export class TlsLayer implements TcpListener, TapHost {
  readonly keyLog: KeyLog;
  readonly listener: PlaintextListener;
  readonly budget: TlsBudget;
  readonly #limits: CaptureLimits;
  readonly #counter: LimitCounter;
  readonly #onUnread: (unread: UnreadTls) => void;
  /** Servers that spoke TLS: their connections are told only when the handshake says what was agreed on. */
  readonly #servers = new Set<string>();
  #connections = 0;
  #decrypted = 0;
  #unread = 0;
  #told = 0;
  #message: string | null = null;

  constructor(
    listener: PlaintextListener,
    limits: CaptureLimits,
    counter: LimitCounter,
    onUnread: (unread: UnreadTls) => void,
  ) {
    this.listener = listener;
    this.#limits = limits;
    this.#counter = counter;
    this.#onUnread = onUnread;
    this.keyLog = new KeyLog(limits.tlsSessionsMax, counter);
    this.budget = new TlsBudget(limits.tlsHeldBytesMax, counter);
  }

  opened(connection: TcpConnectionFacts, atUs: number): StreamListener {
    const server = connection.initiator === null ? null : connection.addresses[connection.initiator === 0 ? 1 : 0];
    const tap = new TlsTap(this, connection, atUs);
    if (server !== null && !this.#servers.has(server)) tap.tellOpened();
    return tap;
  }

  stats(): CaptureTlsStats {
    return {
      connections: this.#connections,
      decrypted: this.#decrypted,
      unread: this.#unread,
      secrets: this.keyLog.lines,
      message: this.#message,
    };
  }

  began(): void {
    this.#connections += 1;
  }

  /** The first plaintext of a connection. */
  decrypted(): void {
    this.#decrypted += 1;
  }

  remember(server: string): void {
    if (this.#servers.size < this.#limits.kafkaEndpointsMax) this.#servers.add(server);
    else if (!this.#servers.has(server)) this.#counter.reached('kafkaEndpointsMax');
  }

  tellUnread(unread: UnreadTls): void {
    this.#unread += 1;
    this.#message = unread.message;
    this.#told += 1;
    if (this.#told > this.#limits.unreadTlsToldMax) {
      this.#counter.reached('unreadTlsToldMax');
      return;
    }
    this.#onUnread(unread);
  }
}
