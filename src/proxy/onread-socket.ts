import net from 'node:net';
import tls from 'node:tls';
import { type BurstMemory, BurstReader } from './burst-reader.ts';
import { ReadBuffer, type ReadBufferBudget } from './read-buffer.ts';
import { readInto, takeHandle } from './socket-inside.ts';

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

/** How bytes are read: through one reused buffer, records gathered to bursts, or `data` events (a new buffer for every read). */
export type ReadMode = 'onread' | 'bursts' | 'data';

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
 * A socket that reads into a reused buffer and says when its writes are done. On the connecting side `onread` is
 * documented; on the accepting side Node has no such option, so the handle is moved into a second socket. TLS brings
 * one record at a time, and `BurstReader` puts them together. `data` events serve where Node's inside forbids either.
 */
export class OnreadSocket {
  readonly socket: net.Socket;
  readonly readMode: ReadMode;
  handler: SocketHandler | null = null;
  readonly #buffer: ReadBuffer | null;
  readonly #bursts: BurstReader | null;
  readonly #burstMemory: BurstMemory;
  #pending = false;
  #unread: Uint8Array | null = null;
  #error: Error | null = null;

  private constructor(make: (onread: net.OnReadOpts) => net.Socket, budget: ReadBufferBudget, ownOnread: boolean) {
    const buffer = ownOnread ? new ReadBuffer(budget) : null;
    this.#buffer = buffer;
    this.#burstMemory = budget.bursts;
    this.socket = make({
      buffer: () => buffer?.next() ?? new Uint8Array(1),
      callback: (bytesRead, bytes) => this.#onRead(bytesRead, bytes),
    });
    this.#bursts = ownOnread ? null : this.#gather();
    if (ownOnread) this.readMode = 'onread';
    else this.readMode = this.#bursts === null ? 'data' : 'bursts';
    if (this.readMode === 'data') this.socket.on('data', (chunk: Uint8Array) => this.handler?.bytesArrived(chunk));
    this.socket.on('end', () => {
      if (this.#bursts === null) this.handler?.peerEnded();
      else this.#bursts.end();
    });
    this.socket.on('error', (error) => {
      this.#error ??= error;
      // An alert behind a finished TLS handshake is told without ending the socket.
      this.socket.destroy();
    });
    this.socket.on('close', () => {
      this.#buffer?.release();
      // What arrived ahead of a reset goes on.
      this.#bursts?.deliver();
      this.#bursts?.close();
      this.handler?.closed(this.#error);
    });
  }

  /** Brings a TLS socket to read into the landing place that all of them share; null where that is not possible. */
  #gather(): BurstReader | null {
    const { socket } = this;
    if (!(socket instanceof tls.TLSSocket)) return null;
    const { landing } = this.#burstMemory;
    const reader = new BurstReader(this.#burstMemory, {
      bytesArrived: (bytes) => this.handler?.bytesArrived(bytes),
      peerEnded: () => this.handler?.peerEnded(),
    });
    const arrived = (bytesRead: number): void => reader.add(landing.subarray(0, bytesRead));
    return readInto(socket, landing, arrived) ? reader : null;
  }

  /** Wraps a socket a server accepted with `pauseOnConnect` and `allowHalfOpen`. It comes paused. */
  static accepted(accepted: net.Socket, budget: ReadBufferBudget): OnreadSocket {
    const handle = takeHandle(accepted);
    if (handle === null) return OnreadSocket.fromStream(accepted, budget);
    const HandleSocket = net.Socket as unknown as HandleSocketConstructor;
    const made = new OnreadSocket((onread) => new HandleSocket({ handle, allowHalfOpen: true, onread }), budget, true);
    // The constructor began to read; nothing can have arrived before this turn of the event loop ends.
    made.pause();
    made.socket.setKeepAlive(true, keepAliveAfterMs);
    return made;
  }

  /** Wraps a TLS socket whose handshake is done, or any other. It comes paused. */
  static fromStream(stream: net.Socket, budget: ReadBufferBudget): OnreadSocket {
    stream.allowHalfOpen = true;
    const made = new OnreadSocket(() => stream, budget, false);
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
      budget,
      true,
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
    budget: ReadBufferBudget,
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
    const made = new OnreadSocket(() => socket, budget, false);
    made.#bursts?.resume();
    return made;
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
    this.#bursts?.pause();
  }

  resume(): void {
    if (this.socket.destroyed) return;
    this.socket.resume();
    const unread = this.#unread;
    this.#unread = null;
    if (unread !== null) this.handler?.bytesArrived(unread);
    if (this.#bursts !== null && !this.socket.isPaused()) this.#bursts.resume();
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
    this.#bursts?.close();
    // Node resets plain TCP handles only; a TLS peer takes an end without close_notify for what it is, a cut.
    if (this.socket instanceof tls.TLSSocket) this.socket.destroy();
    else this.socket.resetAndDestroy();
  }

  destroy(): void {
    this.#bursts?.close();
    this.socket.destroy();
  }

  readonly #onWritten = (error?: Error | null): void => {
    if (error || !this.#pending || this.socket.writableLength > 0) return;
    this.#pending = false;
    this.handler?.writesSettled();
  };

  #onRead(bytesRead: number, bytes: Uint8Array): boolean {
    this.#burstMemory.endBurst();
    this.#buffer?.noteRead(bytesRead);
    this.handler?.bytesArrived(bytesRead === bytes.length ? bytes : bytes.subarray(0, bytesRead));
    return true;
  }
}
