import type { Side } from '../wire/segment.ts';
import { systemErrorCode } from '../wire/system-error.ts';
import type { OnreadSocket } from './onread-socket.ts';

/** How long a connection that ended from here waits for its peers to close, too. */
const answerToFinMs = 300;

/**
 * The two sockets of a connection and how they end together: what one peer does to its side is done to the other, a
 * FIN behind all bytes, a reset at once. The first reason to end counts.
 */
export class SocketPair {
  readonly client: OnreadSocket;
  #broker: OnreadSocket | null = null;
  #open = 1;
  /** Sides that ended with a FIN. */
  #ended = 0;
  #reason: string | null = null;

  constructor(client: OnreadSocket) {
    this.client = client;
  }

  /** Null until it is connected. */
  get broker(): OnreadSocket | null {
    return this.#broker;
  }

  /** The broker is connected, too. */
  join(broker: OnreadSocket): void {
    this.#broker = broker;
    this.#open += 1;
  }

  /** True from `join` until one of the two has closed. */
  get whole(): boolean {
    return this.#broker !== null && this.#open === 2;
  }

  /** True once both have closed, or the one where the other never was. */
  get closed(): boolean {
    return this.#open === 0;
  }

  /** Why they end; null while nobody but a peer with its FIN has ended anything. */
  get reason(): string | null {
    return this.#reason;
  }

  /** True while bytes written to one of them are not all with the kernel. */
  get pending(): boolean {
    return this.client.pending || this.#broker?.pending === true;
  }

  /** True unless both peers ended in order, or we did: bytes may lie anywhere then. */
  isCut(error: Error | null): boolean {
    const inOrder = error === null && (this.#reason === null || this.#reason === 'fin' || this.#reason === 'drained');
    return !inOrder || this.#ended < 2;
  }

  /** A peer sent its FIN; the other gets it behind what was written to it. */
  passEnd(from: Side): void {
    this.#ended += 1;
    this.#other(from)?.end();
  }

  /** One of them closed. An orderly end was passed on before; anything else is done to the other now. */
  socketClosed(side: Side, error: Error | null): void {
    this.#open -= 1;
    const other = this.#other(side);
    if (error !== null) {
      this.#reason ??= closeReason(side, error);
      other?.reset();
    } else if (this.#reason !== null) {
      other?.destroy();
    }
  }

  /** Ends both now. */
  close(reason: string): void {
    this.#reason ??= reason;
    this.client.destroy();
    this.#broker?.destroy();
  }

  /** Ends both behind what was written; peers that never answer the FIN must not keep the proxy. */
  end(reason: string): void {
    this.#reason ??= reason;
    this.client.end();
    this.#broker?.end();
    setTimeout(() => this.close(reason), answerToFinMs);
  }

  #other(side: Side): OnreadSocket | null {
    return side === 'client' ? this.#broker : this.client;
  }
}

function closeReason(side: Side, error: Error): string {
  const code = systemErrorCode(error);
  return code === 'ECONNRESET' || code === 'EPIPE' ? `${side}-reset` : `${side}-${code.toLowerCase() || 'error'}`;
}
