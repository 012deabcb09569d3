import type { Socket } from 'node:net';
import { FrameSplitter } from '../wire/frame-splitter.ts';
import type { ConnectedClient } from './api-handler.ts';
import { sleep } from './clock.ts';
import type { ClusterState } from './cluster-state.ts';
import { answerRequest } from './dispatcher.ts';
import { requestBytesMax, requestsQueuedPerConnectionMax } from './limits.ts';

/**
 * One client's connection to one broker. Requests are answered one at a time, in order: while one is being answered
 * (or the connection is muted by a throttle) later ones wait, and beyond a bound the socket is no longer read.
 */
export class BrokerConnection implements ConnectedClient {
  readonly host: string;
  softwareName: string | null = null;
  softwareVersion: string | null = null;
  readonly #cluster: ClusterState;
  readonly #nodeId: number;
  readonly #socket: Socket;
  readonly #splitter = new FrameSplitter('client', { frameBytesMax: requestBytesMax });
  readonly #queue: Uint8Array[] = [];
  readonly #closeListeners = new Set<() => void>();
  #answering = false;
  #closed = false;

  constructor(cluster: ClusterState, nodeId: number, socket: Socket) {
    this.#cluster = cluster;
    this.#nodeId = nodeId;
    this.#socket = socket;
    this.host = `/${socket.remoteAddress ?? '127.0.0.1'}`;
    socket.setNoDelay(true);
    socket.on('data', (bytes) => this.#receive(bytes));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#ended());
  }

  onClose(listener: () => void): () => void {
    this.#closeListeners.add(listener);
    return () => this.#closeListeners.delete(listener);
  }

  /** Ends the connection at once. */
  destroy(): void {
    this.#socket.destroy();
  }

  #receive(bytes: Uint8Array): void {
    this.#splitter.receive(bytes, 0);
    for (let event = this.#splitter.next(); event !== undefined; event = this.#splitter.next()) {
      if (event.kind !== 'frame') {
        this.#close();
        return;
      }
      this.#queue.push(event.frame.bytes.slice());
    }
    if (this.#queue.length >= requestsQueuedPerConnectionMax) this.#socket.pause();
    if (!this.#answering) void this.#answerQueue();
  }

  async #answerQueue(): Promise<void> {
    this.#answering = true;
    try {
      for (let payload = this.#queue.shift(); payload !== undefined && !this.#closed; payload = this.#queue.shift()) {
        await this.#answer(payload);
        if (this.#queue.length < requestsQueuedPerConnectionMax / 2) this.#socket.resume();
      }
    } catch (error) {
      // A handler broke an invariant of ours. The demo goes on; whoever started the cluster reads `failures`.
      this.#cluster.failed(error instanceof Error ? (error.stack ?? error.message) : String(error));
      this.#close();
    }
    this.#answering = false;
  }

  async #answer(payload: Uint8Array): Promise<void> {
    const answer = await answerRequest(this.#cluster, this.#nodeId, this, payload);
    if (this.#closed || answer.kind === 'nothing') return;
    if (answer.kind === 'close') return this.#close();
    const frame = Buffer.allocUnsafe(4 + answer.payload.length);
    frame.writeInt32BE(answer.payload.length, 0);
    frame.set(answer.payload, 4);
    if (!this.#socket.write(frame)) await this.#drained();
    if (answer.muteMs > 0) await sleep(this.#cluster.clock, answer.muteMs);
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#socket.off('drain', done);
        cancel();
        resolve();
      };
      const cancel = this.onClose(done);
      this.#socket.once('drain', done);
    });
  }

  #close(): void {
    if (this.#closed) return;
    this.#cluster.counters.connectionsClosedByUs += 1;
    this.#socket.destroy();
  }

  #ended(): void {
    this.#closed = true;
    this.#queue.length = 0;
    for (const listener of [...this.#closeListeners]) listener();
    this.#closeListeners.clear();
  }
}
