import { nowUs } from './clock.ts';
import type { FramePath } from './frame-path.ts';
import type { SocketPair } from './socket-pair.ts';
import type { ConnectionSilence } from './timeouts.ts';

/** When each side of a connection was last heard, and whether it is that side we wait for. Epoch microseconds. */
export class LastHeard implements ConnectionSilence {
  readonly #sockets: SocketPair;
  readonly #path: FramePath;
  openedAtUs = nowUs();
  clientAtUs: number | null = null;
  brokerAtUs = this.openedAtUs;

  constructor(sockets: SocketPair, path: FramePath) {
    this.#sockets = sockets;
    this.#path = path;
  }

  /** The broker is connected. The client could not be read before: its time begins now. */
  connected(): void {
    this.openedAtUs = nowUs();
    this.brokerAtUs = this.openedAtUs;
  }

  /** The client was not read, because the broker was slow to take its bytes: its silence begins now. */
  clientReadAgain(): void {
    this.clientAtUs = nowUs();
  }

  /** The same for the broker. */
  brokerReadAgain(): void {
    this.brokerAtUs = nowUs();
  }

  /** A client we do not read is not the one that hangs. */
  get clientInFrame(): boolean {
    return this.#sockets.broker?.pending !== true && this.#path.clientInFrame;
  }

  get brokerInFrame(): boolean {
    return !this.#sockets.client.pending && this.#path.brokerInFrame;
  }

  get responsesDue(): number {
    return this.#path.responsesDue;
  }
}
