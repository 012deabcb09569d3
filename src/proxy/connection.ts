import type { ConnectionId, Side } from '../wire/segment.ts';
import { systemErrorCode } from '../wire/system-error.ts';
import { type ClientEnds, clientName } from './client-ends.ts';
import type { ConnectionAudit } from './connection-audit.ts';
import type { ConnectionContext } from './connection-context.ts';
import { ConnectionReport } from './connection-report.ts';
import { brokerSide, clientSide } from './connection-sides.ts';
import { ConnectionTraffic } from './connection-traffic.ts';
import { formatHostPort, type HostPort, plainAddress } from './host-port.ts';
import type { OnreadSocket } from './onread-socket.ts';
import type { AuditedConnection } from './path-ledger.ts';
import type { RewriteTally } from './rewrite-tally.ts';
import { SocketPair } from './socket-pair.ts';
import type { ConnectionSilence, TimeoutCause } from './timeouts.ts';
import { tlsFactsOf } from './tls-facts.ts';
import type { LoggedIn } from './upstream-login.ts';
import { type Destination, UpstreamRoute } from './upstream-route.ts';

/**
 * One client's connection and its twin to the broker, from the way to the broker to the end of both.
 *
 *   route ── connected ─► traffic (both ways) ──► a peer ends, resets or is silent; a drain; a limit ─► audit, closed
 *     └──── failed ─► closed
 */
export class ProxyConnection implements AuditedConnection {
  /** Where the connection was to lead. */
  readonly destination: Destination;
  readonly #context: ConnectionContext<ProxyConnection>;
  readonly #sockets: SocketPair;
  readonly #report: ConnectionReport;
  readonly #traffic: ConnectionTraffic;
  #route: UpstreamRoute | null = null;
  #upstream: HostPort | null = null;

  constructor(
    context: ConnectionContext<ProxyConnection>,
    id: ConnectionId,
    client: OnreadSocket,
    destination: Destination,
    ends: ClientEnds,
  ) {
    this.destination = destination;
    this.#context = context;
    this.#sockets = new SocketPair(client);
    this.#report = new ConnectionReport(id, clientName(ends), destination.nodeId, context.observer);
    this.#traffic = new ConnectionTraffic(context, id, this.#sockets, this.#report, ends.local.host);
    client.handler = clientSide(this.#traffic, this);
    // The client stays paused until its bytes have somewhere to go.
    this.#route = new UpstreamRoute(
      {
        targets: destination.targets,
        timeoutMs: context.connectTimeoutMs,
        budget: context.budget,
        tls: context.upstreamTls,
        credentials: context.upstreamCredentials,
        keylog: context.keylog,
        preface: context.preface(ends),
        refusal: context.refusal,
      },
      destination,
      context.directory,
      {
        connected: (socket, target, login) => this.#connected(socket, target, login),
        failed: (failure) => {
          this.#route = null;
          this.#report.failed(failure);
          this.close('upstream-failed');
        },
      },
    );
  }

  #connected(broker: OnreadSocket, upstream: HostPort, login: LoggedIn | null): void {
    this.#route = null;
    this.#upstream = upstream;
    const { client } = this.#sockets;
    if (client.socket.destroyed) {
      broker.destroy();
      return;
    }
    this.#sockets.join(broker);
    broker.handler = brokerSide(this.#traffic, this);
    this.#traffic.heard.connected();
    const { remoteAddress = '?', remotePort = 0 } = broker.socket;
    const name = formatHostPort(plainAddress(remoteAddress), remotePort);
    this.#report.opened(name, tlsFactsOf(client.socket), tlsFactsOf(broker.socket));
    this.#traffic.begin(login);
  }

  /** The server it leads to; null while it leads nowhere. */
  get upstream(): HostPort | null {
    return this.#upstream;
  }

  /** True once the broker is connected; before that, and after the end, other limits hold. */
  get connected(): boolean {
    return this.#sockets.whole;
  }

  /** Who was heard when. */
  get silence(): ConnectionSilence {
    return this.#traffic.heard;
  }

  /** A peer sent its FIN. */
  peerEnded(from: Side): void {
    if (from === 'client') this.#traffic.clientEnded();
    else this.#traffic.brokerEnded();
    this.#report.ended(from);
    this.#sockets.passEnd(from);
  }

  /** One socket closed. A reset of one side becomes a reset of the other; an orderly end has been passed on before. */
  socketClosed(side: Side, error: Error | null): void {
    if (error !== null && side === 'broker') {
      this.#report.brokerLost(systemErrorCode(error));
      this.#traffic.brokerGone(systemErrorCode(error));
    }
    this.#sockets.socketClosed(side, error);
    this.#route?.cancel();
    this.#route = null;
    this.#traffic.stop();
    if (!this.#sockets.closed) return;
    this.#traffic.dispose();
    if (this.#report.announced) {
      this.#tellAudit(this.#sockets.isCut(error));
      this.#report.closed(this.#sockets.reason ?? 'fin');
    }
    this.#context.over(this);
  }

  #tellAudit(cut: boolean): void {
    this.#traffic.tellSkipped();
    this.#report.flush();
    this.#context.ledger.closed(this, cut);
    this.#report.audit(this.audit.detail(this.rewrites, cut));
  }

  /** Ends both sockets now. */
  close(reason: string): void {
    this.#sockets.close(reason);
  }

  /** Ends as soon as no response is due. */
  drain(reason = 'drained'): void {
    this.#traffic.drain(reason);
    // Where nothing was connected yet, nothing is due.
    if (this.#sockets.reason !== null) this.#route?.cancel();
  }

  /** Ends a connection that was silent for too long, with a sentence. */
  timeOut(cause: TimeoutCause, count: number, message: string): void {
    this.#report.timedOut(cause, count, message);
    this.close(cause);
  }

  // AuditedConnection

  get audit(): ConnectionAudit {
    return this.#traffic.audit;
  }

  get rewrites(): RewriteTally {
    return this.#traffic.rewrites;
  }

  get state(): AuditedConnection['state'] {
    if (!this.#report.announced) return 'connecting';
    return this.#traffic.draining ? 'draining' : 'open';
  }
}
