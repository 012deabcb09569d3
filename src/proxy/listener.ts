import net from 'node:net';
import { systemErrorCode } from '../wire/system-error.ts';
import { formatHostPort, type HostPort } from './host-port.ts';
import { ProxyError } from './proxy-error.ts';

/** Connections the kernel queues while the event loop is busy. */
const acceptBacklog = 1024;

export interface ListenerHandler {
  accepted(socket: net.Socket): void;
  /** Accepting failed (descriptors used up): that connection is lost, the listener lives on. */
  acceptFailed(code: string): void;
}

/** A listener as its owner sees it. */
export interface OpenListener {
  /** The address as the user wrote it, with the port that was taken. */
  readonly address: HostPort;
  /** The IP address the kernel listens on. */
  readonly bound: HostPort;
  /** Stops accepting; resolves when the port is free. */
  close(): Promise<void>;
}

/** The node a listener is for. */
export interface ListenerNode {
  readonly nodeId: number;
  readonly endpointType: number;
  readonly upstream: HostPort | null;
}

/** Opens a listener, for a node or (null) for the bootstrap servers; rejects with a `ProxyError` that names `option`. */
export type ListenerOpener = (
  wanted: HostPort,
  handler: ListenerHandler,
  option: string,
  node: ListenerNode | null,
) => Promise<OpenListener>;

/** An open TCP listener. */
export class Listener implements OpenListener {
  readonly #server: net.Server;
  /** The address as the user wrote it, with the port that was taken. */
  readonly address: HostPort;
  /** The IP address the kernel listens on: what a name in `address` turned out to be. */
  readonly bound: HostPort;

  private constructor(server: net.Server, address: HostPort, bound: HostPort) {
    this.#server = server;
    this.address = address;
    this.bound = bound;
  }

  /**
   * Opens a listener; rejects with a `ProxyError` whose sentence names `option`, the flag to change. `reusePort`: other
   * threads listen on the same port, and the kernel spreads connections over them (SO_REUSEPORT).
   */
  static open(
    this: void,
    wanted: HostPort,
    handler: ListenerHandler,
    option: string,
    _node: ListenerNode | null = null,
    reusePort = false,
  ): Promise<Listener> {
    // Paused and half-open: the handle moves to another socket before the first byte is read.
    const server = net.createServer({ pauseOnConnect: true, allowHalfOpen: true, noDelay: true }, (socket) =>
      handler.accepted(socket),
    );
    return new Promise((resolve, reject) => {
      server.once('error', (error) => reject(listenError(wanted, error, option)));
      server.listen({ host: wanted.host, port: wanted.port, backlog: acceptBacklog, reusePort }, () => {
        server.removeAllListeners('error');
        server.on('error', (error) => handler.acceptFailed(systemErrorCode(error)));
        const address = server.address();
        const bound = typeof address === 'object' && address !== null ? address : null;
        const port = bound?.port ?? wanted.port;
        const { host } = wanted;
        resolve(new Listener(server, { host, port }, { host: bound?.address ?? host, port }));
      });
    });
  }

  /** Stops accepting; resolves when the port is free. Connections live on, they belong to other sockets. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
    });
  }
}

/** The sentence for a port that cannot be had; `option` is the flag to change. */
export function listenError(wanted: HostPort, error: Error, option: string): ProxyError {
  const name = formatHostPort(wanted.host, wanted.port);
  const code = systemErrorCode(error);
  switch (code) {
    case 'EADDRINUSE':
      return new ProxyError(
        'port-in-use',
        `Cannot listen on ${name}: the port is in use by another program; stop that one or choose another port with ${option}.`,
        { cause: error },
      );
    case 'EADDRNOTAVAIL':
      return new ProxyError(
        'address-not-available',
        `Cannot listen on ${name}: this machine has no such address; choose one of its own with ${option}.`,
        { cause: error },
      );
    case 'EACCES':
      return new ProxyError(
        'permission',
        `Cannot listen on ${name}: this user may not open the port; choose one above 1023 with ${option}.`,
        { cause: error },
      );
    case 'ENOTSUP':
      return new ProxyError(
        'listen-failed',
        `Cannot listen on ${name} with more than one thread: this system does not spread connections over them (Linux does); leave out --workers.`,
        { cause: error },
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new ProxyError(
        'name-not-found',
        `Cannot listen on ${name}: the name ${wanted.host} has no address; write an IP address with ${option}.`,
        { cause: error },
      );
    default:
      return new ProxyError('listen-failed', `Cannot listen on ${name} (${code || error.message}); see ${option}.`, {
        cause: error,
      });
  }
}
