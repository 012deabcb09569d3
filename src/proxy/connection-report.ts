import type { ConnectionId, Side, TlsFacts } from '../wire/segment.ts';
import { nowUs } from './clock.ts';
import type { ConnectFailure } from './connect-failure.ts';
import type { ProxyObserver } from './connection-context.ts';
import type { EventDetail } from './event-detail.ts';
import { RepeatedEvents } from './repeated-events.ts';
import type { TimeoutCause } from './timeouts.ts';
import { explainBrokerTls } from './tls-failure.ts';

/** What is told of one connection beside its bytes: that it opened, ended and closed, and its events, in words. */
export class ConnectionReport {
  readonly #id: ConnectionId;
  readonly #client: string;
  readonly #nodeId: number | null;
  readonly #observer: ProxyObserver;
  readonly #repeated = new RepeatedEvents((event, detail) => this.#tell(event, detail));
  #broker = '?';
  #announced = false;

  /** `client` names the client's end, `nodeId` the node it asked for: null on the bootstrap listener. */
  constructor(id: ConnectionId, client: string, nodeId: number | null, observer: ProxyObserver) {
    this.#id = id;
    this.#client = client;
    this.#nodeId = nodeId;
    this.#observer = observer;
  }

  /** True once the observer knows the connection; what happens before is told without its id. */
  get announced(): boolean {
    return this.#announced;
  }

  /** The broker's end, named; `?` before it is connected. */
  get broker(): string {
    return this.#broker;
  }

  /** Both sides are connected. */
  opened(broker: string, clientTls: TlsFacts | null, brokerTls: TlsFacts | null): void {
    this.#announced = true;
    this.#broker = broker;
    this.#observer.receive({
      kind: 'opened',
      connection: this.#id,
      atUs: nowUs(),
      client: this.#client,
      broker,
      nodeId: this.#nodeId,
      tls: clientTls,
      midstream: false,
    });
    if (brokerTls !== null) this.#tell('broker-tls', { ...brokerTls });
  }

  /** There is no way to the broker. */
  failed({ reason, message, authentication }: ConnectFailure): void {
    const event = authentication === true ? 'upstream-authentication-failed' : 'connection-failed';
    this.#tell(event, { client: this.#client, nodeId: this.#nodeId, reason, message });
  }

  /** A peer sent its FIN. */
  ended(from: Side): void {
    this.#observer.receive({ kind: 'ended', connection: this.#id, from, atUs: nowUs() });
  }

  /** Tells what was kept back of events that repeat. */
  flush(): void {
    this.#repeated.flush();
  }

  /** What went through in all. */
  audit(detail: EventDetail): void {
    this.#tell('connection-audit', detail);
  }

  /** Both sockets are closed. */
  closed(reason: string): void {
    this.#observer.receive({ kind: 'closed', connection: this.#id, atUs: nowUs(), reason });
  }

  /** The response to this request is not forwarded as it came. */
  tagged(correlationId: number, tag: string): void {
    this.#observer.receive({ kind: 'tagged', connection: this.#id, atUs: nowUs(), correlationId, tag });
  }

  /** What happened at `atUs`; what may happen with every response is told once a second at most. */
  event(event: string, detail: EventDetail, atUs: number): void {
    if (event.startsWith('addresses-')) this.#repeated.note(event, detail, atUs);
    else this.#tell(event, detail);
  }

  /** The connection is given up for its silence, with a sentence. */
  timedOut(cause: TimeoutCause, count: number, message: string): void {
    this.#tell('connection-timeout', { cause, count, client: this.#client, message });
  }

  /** With TLS 1.3 a broker refuses a client's certificate only after our side of the handshake is done. */
  brokerLost(code: string): void {
    const failure = explainBrokerTls(this.#broker, code, '');
    if (failure !== null) this.#tell('tls-failed', { ...failure, client: this.#client });
  }

  /** The broker is not the one, or not of the cluster, that the client takes it for (KIP-1242). */
  rebootstrapRequired(): void {
    const nodeId = this.#nodeId;
    const who = nodeId === null ? 'no node of the cluster' : `not broker ${nodeId} of the cluster`;
    const message = `${this.#broker} is ${who} the client knows (REBOOTSTRAP_REQUIRED): the client begins anew at its bootstrap servers, and the proxy asks for Metadata again.`;
    this.#tell('rebootstrap-required', { nodeId, broker: this.#broker, message });
  }

  #tell(event: string, detail: EventDetail): void {
    const connection = this.#announced ? this.#id : null;
    this.#observer.event({ kind: 'event', atUs: nowUs(), event, connection, detail });
  }
}
