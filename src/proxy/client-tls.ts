import type net from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import tls from 'node:tls';
import { systemErrorCode } from '../wire/system-error.ts';
import { type KeyAndCertificate, makeLeaf } from './certificate-maker.ts';
import type { ConnectFailure } from './connect-failure.ts';
import { ProxyError } from './proxy-error.ts';
import { explainClientTls } from './tls-failure.ts';

/** How TLS of clients is ended: with a given certificate, or with leaves of our own authority. PEM texts. */
export interface ClientTlsOptions {
  readonly certificate: KeyAndCertificate | null;
  readonly authority: KeyAndCertificate | null;
  /** Authorities one of which must have signed the client's certificate; null: none is asked for. */
  readonly clientCa: string | null;
}

/** Leaves kept, by the name asked for; a stranger who asks for more names makes us forget the oldest. */
const leavesMax = 1024;

/** DNS names are shorter (RFC 1035). */
const nameCharactersMax = 253;

/** Longest a client may take for its handshake where `--handshake-timeout` sets no limit: Node has no "for ever". */
const handshakeTimeoutMsMax = 24 * 3_600_000;

interface Pending {
  readonly raw: net.Socket;
  readonly client: string;
  readonly accepted: (socket: tls.TLSSocket) => void;
  readonly failed: (client: string, failure: ConnectFailure) => void;
}

/**
 * Ends the TLS of clients. Sockets come from the plain listeners and go through a `tls.Server` that never listens,
 * which is how Node documents to hand it connections.
 */
export class ClientTls {
  readonly #options: ClientTlsOptions;
  readonly #server: tls.Server;
  readonly #ownNames: readonly string[];
  readonly #leaves = new Map<string, tls.SecureContext>();
  /** Handshakes under way, by the four numbers of their connection: Node does not say which raw socket a TLS socket is on. */
  readonly #pending = new Map<string, Pending>();
  readonly #known = new WeakMap<tls.TLSSocket, string>();

  /** Throws a `ProxyError` when key and certificate cannot be used. */
  constructor(
    options: ClientTlsOptions,
    advertiseHost: string | null,
    handshakeTimeoutMs: number,
    keylog: (line: Uint8Array) => void,
  ) {
    this.#options = options;
    this.#ownNames = ownNames(advertiseHost);
    try {
      this.#server = tls.createServer({
        ...this.#credentials(options.certificate ?? this.#makeLeaf(null)),
        requestCert: options.clientCa !== null,
        rejectUnauthorized: options.clientCa !== null,
        handshakeTimeout: handshakeTimeoutMs === 0 ? handshakeTimeoutMsMax : handshakeTimeoutMs,
        ...(options.authority === null ? {} : { SNICallback: this.#chooseLeaf }),
      });
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      throw new ProxyError('invalid-option', `--tls-cert, --tls-key and --client-ca cannot be used: ${cause}.`, {
        cause: error,
      });
    }
    this.#server.on('secureConnection', (socket) => {
      const pending = this.#take(socket);
      if (pending === undefined) socket.destroy();
      else pending.accepted(socket);
    });
    this.#server.on('tlsClientError', (error, socket) => {
      const verdict: unknown = socket.authorizationError;
      const failure = explainClientTls(systemErrorCode(error), typeof verdict === 'string' ? verdict : '');
      const pending = this.#take(socket);
      pending?.failed(pending.client, failure);
      pending?.raw.destroy();
    });
    this.#server.on('keylog', (line, socket) => {
      // A socket that fails later has forgotten its addresses by then.
      this.#known.set(socket, connectionKey(socket));
      keylog(line);
    });
  }

  /** Handshakes under way. */
  get handshakes(): number {
    return this.#pending.size;
  }

  /** Begins the handshake on a socket that was accepted paused from `client`. Exactly one of the two is called, or none after `close`. */
  accept(raw: net.Socket, client: string, accepted: Pending['accepted'], failed: Pending['failed']): void {
    const key = connectionKey(raw);
    this.#pending.set(key, { raw, client, accepted, failed });
    raw.on('error', () => undefined);
    // The verdict of TLS may come a turn behind the end of the socket below it.
    raw.once('close', () =>
      setImmediate(() => {
        if (!this.#pending.delete(key)) return;
        failed(client, explainClientTls('', ''));
      }),
    );
    // A client that leaves inside its handshake must end the socket; later each side ends on its own again.
    raw.allowHalfOpen = false;
    this.#server.emit('connection', raw);
  }

  /** Ends the handshakes under way without a word. */
  close(): void {
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const { raw } of waiting) raw.destroy();
  }

  #take(socket: tls.TLSSocket): Pending | undefined {
    const key = this.#known.get(socket) ?? connectionKey(socket);
    const pending = this.#pending.get(key);
    this.#pending.delete(key);
    return pending;
  }

  #credentials({ cert, key }: KeyAndCertificate): tls.SecureContextOptions {
    const { clientCa } = this.#options;
    return { cert, key, minVersion: 'TLSv1.2', ...(clientCa === null ? {} : { ca: clientCa }) };
  }

  #makeLeaf(name: string | null): KeyAndCertificate {
    const { authority } = this.#options;
    if (authority === null) throw new Error('there is neither a certificate nor an authority');
    const names = name === null ? this.#ownNames : [name, ...this.#ownNames.filter((own) => own !== name)];
    return makeLeaf(authority, names, Date.now());
  }

  readonly #chooseLeaf = (asked: string, done: (error: Error | null, context?: tls.SecureContext) => void): void => {
    const name = asked.toLowerCase();
    const known = this.#leaves.get(name);
    if (known !== undefined) {
      done(null, known);
      return;
    }
    if (name.length > nameCharactersMax || !/^[a-z0-9_*.-]+$/.test(name)) {
      done(new Error('the server name is no host name'));
      return;
    }
    const context = tls.createSecureContext(this.#credentials(this.#makeLeaf(name)));
    if (this.#leaves.size >= leavesMax) {
      for (const oldest of this.#leaves.keys()) {
        this.#leaves.delete(oldest);
        break;
      }
    }
    this.#leaves.set(name, context);
    done(null, context);
  };
}

function connectionKey({ remoteAddress, remotePort, localAddress, localPort }: net.Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}

/** The names and addresses by which clients may reach this machine. */
function ownNames(advertiseHost: string | null): readonly string[] {
  const names = new Set<string>(advertiseHost === null ? [] : [advertiseHost]);
  names.add('localhost');
  if (/^[A-Za-z0-9.-]+$/.test(hostname())) names.add(hostname());
  for (const address of ['127.0.0.1', '::1']) names.add(address);
  for (const list of Object.values(networkInterfaces())) {
    for (const { address } of list ?? []) names.add(address.split('%', 1)[0] ?? address);
  }
  return [...names];
}
