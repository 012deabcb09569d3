import net from 'node:net';
import tls from 'node:tls';
import { ReadBuffer, type ReadBufferBudget } from './read-buffer.ts';

/** Who is told what happens on a socket. Everything runs on the event loop, nothing inside a parser. */
export interface SocketHandler {
  /** Bytes arrived. They are valid until the socket reads again: pause it while a write still needs them. */
  bytesArrived(bytes: Uint8Array): void;
  /** The peer will send nothing more (FIN). */
  peerEnded(): void;
  /** All bytes given to `write` are with the kernel, after a `write` that returned false. */
  writesSettled(): void;
  /** The socket is over; `error` is null after an orderly end. */
  closed(error: Error | null): void;
}

/** How bytes are read: through one reused buffer, or through `data` events (a new buffer for every read). */
export type ReadMode = 'onread' | 'data';

/** Keep-alive probes begin after this silence, so that a peer that vanished does not hold a connection for ever. */
const keepAliveAfterMs = 60_000;

/** The options `new net.Socket` takes in fact: `handle` of an accepted socket is private to Node. */
interface HandleSocketOptions {
  readonly handle: object;
  readonly allowHalfOpen: boolean;
  readonly onread: net.OnReadOpts;
}
type HandleSocketConstructor = new (options: HandleSocketOptions) => net.Socket;

/**
 * Takes the handle out of an accepted socket. Without this step the server would count the emptied socket for ever
 * and `server.close()` would never end. Null when Node's inside looks otherwise than in Node 22 and 24.
 */
function takeHandle(accepted: net.Socket): object | null {
  const inside = accepted as unknown as { _handle?: unknown };
  const handle = inside._handle;
  if (typeof handle !== 'object' || handle === null) return null;
  if (!('readStart' in handle) || !('useUserBuffer' in handle)) return null;
  inside._handle = null;
  if (inside._handle !== null) return null;
  accepted.destroy();
  return handle;
}

/**
 * A TCP socket that reads into a reused buffer and says when its writes are done. The only file that knows how Node
 * is brought to it: on the connecting side `onread` is documented; on the accepting side Node has no such option,
 * so the handle is moved into a second socket, and `data` events serve where that is not possible.
 * TLS is read by `data` events: it enters by `fromStream` and `connectingTls`.
 */
export class OnreadSocket {
  readonly socket: net.Socket;
  readonly readMode: ReadMode;
  handler: SocketHandler | null = null;
  readonly #buffer: ReadBuffer | null;
  #pending = false;
  #unread: Uint8Array | null = null;
  #error: Error | null = null;

  private constructor(make: (onread: net.OnReadOpts) => net.Socket, buffer: ReadBuffer | null) {
    this.#buffer = buffer;
    this.readMode = buffer === null ? 'data' : 'onread';
    this.socket = make({
      buffer: () => buffer?.next() ?? new Uint8Array(1),
      callback: (bytesRead, bytes) => this.#onRead(bytesRead, bytes),
    });
    if (buffer === null) this.socket.on('data', (chunk: Uint8Array) => this.handler?.bytesArrived(chunk));
    this.socket.on('end', () => this.handler?.peerEnded());
    this.socket.on('error', (error) => {
      this.#error ??= error;
      // An alert behind a finished TLS handshake is told without ending the socket.
      this.socket.destroy();
    });
    this.socket.on('close', () => {
      this.#buffer?.release();
      this.handler?.closed(this.#error);
    });
  }

  /** Wraps a socket a server accepted with `pauseOnConnect` and `allowHalfOpen`. It comes paused. */
  static accepted(accepted: net.Socket, budget: ReadBufferBudget): OnreadSocket {
    const handle = takeHandle(accepted);
    if (handle === null) return OnreadSocket.fromStream(accepted);
    const HandleSocket = net.Socket as unknown as HandleSocketConstructor;
    const made = new OnreadSocket(
      (onread) => new HandleSocket({ handle, allowHalfOpen: true, onread }),
      new ReadBuffer(budget),
    );
    // The constructor began to read; nothing can have arrived before this turn of the event loop ends.
    made.pause();
    made.socket.setKeepAlive(true, keepAliveAfterMs);
    return made;
  }

  /** Wraps any duplex socket, read by `data` events. It comes paused. */
  static fromStream(stream: net.Socket): OnreadSocket {
    stream.allowHalfOpen = true;
    const made = new OnreadSocket(() => stream, null);
    made.pause();
    return made;
  }

  /** Begins to connect to an address; `connect` on `socket` says when it is done. */
  static connecting(address: string, port: number, budget: ReadBufferBudget): OnreadSocket {
    return new OnreadSocket(
      (onread) =>
        net.connect({
          host: address,
          port,
          onread,
          allowHalfOpen: true,
          noDelay: true,
          keepAlive: true,
          keepAliveInitialDelay: keepAliveAfterMs,
          // One address at a time: the race over addresses is ours, since Node's own gives each only 250 ms.
          autoSelectFamily: false,
        }),
      new ReadBuffer(budget),
    );
  }

  /**
   * Begins to connect to an address with TLS; `secureConnect` on `socket` says when it is done. `preface` goes ahead
   * of the handshake.
   */
  static connectingTls(
    address: string,
    port: number,
    options: tls.ConnectionOptions,
    preface: Uint8Array | null = null,
  ): OnreadSocket {
    const where = { host: address, port, allowHalfOpen: true, autoSelectFamily: false };
    const wanted: tls.ConnectionOptions & net.TcpNetConnectOpts = { ...options, ...where };
    if (preface !== null) {
      const below = net.connect(where);
      below.write(preface);
      wanted.socket = below;
    }
    const socket = tls.connect(wanted);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, keepAliveAfterMs);
    return new OnreadSocket(() => socket, null);
  }

  /** True while bytes given to `write` are not all with the kernel. */
  get pending(): boolean {
    return this.#pending;
  }

  /** The first error of the socket; null when there was none. */
  get error(): Error | null {
    return this.#error;
  }

  /**
   * Writes bytes without copying them. True: the kernel has them all and the memory is free again. False: it is in
   * use until `writesSettled`. Waiting for `drain` instead would stall, since Node does not emit it after a short
   * write that went asynchronous.
   */
  write(bytes: Uint8Array): boolean {
    const socket = this.socket;
    if (socket.destroyed || socket.writableEnded) return true;
    socket.write(bytes, this.#onWritten);
    if (socket.writableLength === 0) return true;
    this.#pending = true;
    return false;
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    if (this.socket.destroyed) return;
    this.socket.resume();
    const unread = this.#unread;
    if (unread === null) return;
    this.#unread = null;
    this.handler?.bytesArrived(unread);
  }

  /** Takes back bytes that arrived but were not the handler's; they arrive again, first, when the socket resumes. */
  unread(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#unread = bytes;
  }

  /** Sends FIN behind what was written. */
  end(): void {
    this.socket.end();
  }

  /** Sends RST: what this peer did to one side is done to the other. */
  reset(): void {
    if (this.socket.destroyed) return;
    // Node resets plain TCP handles only; a TLS peer takes an end without close_notify for what it is, a cut.
    if (this.socket instanceof tls.TLSSocket) this.socket.destroy();
    else this.socket.resetAndDestroy();
  }

  destroy(): void {
    this.socket.destroy();
  }

  readonly #onWritten = (error?: Error | null): void => {
    if (error || !this.#pending || this.socket.writableLength > 0) return;
    this.#pending = false;
    this.handler?.writesSettled();
  };

  #onRead(bytesRead: number, bytes: Uint8Array): boolean {
    this.#buffer?.noteRead(bytesRead);
    this.handler?.bytesArrived(bytesRead === bytes.length ? bytes : bytes.subarray(0, bytesRead));
    return true;
  }
}
