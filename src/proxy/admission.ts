import type net from 'node:net';
import type { AdvertisePattern } from './advertise-pattern.ts';
import type { BrokerRoutes } from './broker-routes.ts';
import { type ClientEnds, clientName, endsOf } from './client-ends.ts';
import { ClientTls, type ClientTlsOptions } from './client-tls.ts';
import type { EventDetail } from './event-detail.ts';
import { OnreadSocket } from './onread-socket.ts';
import { ProxyIntake } from './proxy-intake.ts';
import type { ReadBufferBudget } from './read-buffer.ts';
import { tlsFactsOf } from './tls-facts.ts';
import type { Destination } from './upstream-route.ts';

export interface AdmissionOptions {
  /** null: clients speak plaintext. */
  readonly clientTls: ClientTlsOptions | null;
  readonly advertiseHost: string | null;
  /** A PROXY protocol header is expected ahead of everything. */
  readonly proxyHeaders: boolean;
  readonly handshakeTimeoutMs: number;
  readonly budget: ReadBufferBudget;
  readonly keylog: (line: Uint8Array) => void;
  readonly event: (event: string, detail: EventDetail) => void;
  /** A client is in: its socket is paused before its first Kafka byte. */
  readonly admitted: (client: OnreadSocket, destination: Destination, ends: ClientEnds) => void;
}

/**
 * What lies between the accept and the first Kafka byte: a PROXY protocol header, TLS, and the broker that the server
 * name of TLS means.
 *
 *   accepted ──header──► TLS ──server name──► admitted
 *       └────────────────────────────────────────┘      (each step only where it is asked for)
 */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #clientTls: ClientTls | null;
  readonly #intake: ProxyIntake | null;
  #pattern: AdvertisePattern | null = null;
  #routes: BrokerRoutes | null = null;

  /** Throws a `ProxyError` when key and certificate cannot be used. */
  constructor(options: AdmissionOptions) {
    this.#options = options;
    const { clientTls, advertiseHost, handshakeTimeoutMs, keylog } = options;
    this.#clientTls = clientTls === null ? null : new ClientTls(clientTls, advertiseHost, handshakeTimeoutMs, keylog);
    const refused: ConstructorParameters<typeof ProxyIntake>[1] = (client, failure) =>
      options.event('proxy-protocol-missing', { ...failure, client });
    this.#intake = options.proxyHeaders ? new ProxyIntake(handshakeTimeoutMs, refused) : null;
  }

  /** Clients accepted and not yet admitted. */
  get waiting(): number {
    return (this.#clientTls?.handshakes ?? 0) + (this.#intake?.waiting ?? 0);
  }

  /** From now on server names that fit the pattern lead to brokers. */
  routeByName(pattern: AdvertisePattern, routes: BrokerRoutes): void {
    this.#pattern = pattern;
    this.#routes = routes;
  }

  /** Begins with a socket that was accepted paused. */
  accept(accepted: net.Socket, destination: Destination): void {
    const { budget, admitted } = this.#options;
    const clientTls = this.#clientTls;
    if (clientTls === null) {
      const client = OnreadSocket.accepted(accepted, budget);
      if (this.#intake === null) admitted(client, destination, endsOf(client.socket));
      else this.#intake.plain(client, (ends) => admitted(client, destination, ends));
    } else if (this.#intake === null) this.#secure(clientTls, accepted, destination, endsOf(accepted));
    else this.#intake.raw(accepted, (ends) => this.#secure(clientTls, accepted, destination, ends));
  }

  /** Ends those who wait, without a word. */
  close(): void {
    this.#intake?.close();
    this.#clientTls?.close();
  }

  #secure(clientTls: ClientTls, accepted: net.Socket, destination: Destination, ends: ClientEnds): void {
    const { event, admitted, budget } = this.#options;
    clientTls.accept(
      accepted,
      clientName(ends),
      (socket) => admitted(OnreadSocket.fromStream(socket, budget), this.#named(socket, destination), ends),
      (client, failure) => {
        if (ends.healthCheck === true && failure.reason === 'handshake-abandoned') return;
        event('tls-failed', { ...failure, client });
      },
    );
  }

  /** The node that the name in a ClientHello means; any other name, or none, leads to the bootstrap servers. */
  #named(socket: net.Socket, bootstrap: Destination): Destination {
    const name = this.#pattern === null ? null : (tlsFactsOf(socket)?.sni ?? null);
    const node = name === null ? null : (this.#pattern?.nodeOf(name) ?? null);
    if (node === null) return bootstrap;
    const upstream = this.#routes?.find(node.endpointType, node.nodeId)?.upstream ?? null;
    return { targets: upstream === null ? [] : [upstream], ...node };
  }
}
