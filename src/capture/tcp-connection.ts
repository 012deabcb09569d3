import type { Flow } from './flow-table.ts';
import type { CaptureLimits, LimitCounter } from './limits.ts';
import type { TcpFigures } from './tcp-figures.ts';
import { TcpStream, type TcpTotals } from './tcp-stream.ts';
import type { CloseReason, StreamListener, TcpConnectionFacts, TcpSide } from './types.ts';

/** One TCP connection between two `ip:port`s from its first packet seen to its end; a port pair used again is another. */
export class TcpConnection implements TcpConnectionFacts {
  readonly addresses: readonly [string, string];
  readonly initiator: TcpSide | null;
  readonly streams: readonly [TcpStream, TcpStream];
  lastUs: number;
  closed = false;
  /** How its packets are found; null until the table opened them. */
  flows: readonly [Flow<TcpConnection>, Flow<TcpConnection>] | null = null;

  /** Neighbours in the table's list of open (or of ended) connections. */
  older: TcpConnection | null = null;
  newer: TcpConnection | null = null;

  /** Initial sequence numbers, null until the SYN of that side was seen: they tell a repeated SYN from a new connection. */
  readonly #initialSequences: [number | null, number | null] = [null, null];
  /** Times of SYN, SYN+ACK and the ACK that completes them; -1 until seen. */
  #synUs = -1;
  #synAckUs = -1;
  #completedUs = -1;
  #listener: StreamListener | null = null;

  constructor(
    addresses: readonly [string, string],
    initiator: TcpSide | null,
    atUs: number,
    shared: { readonly limits: CaptureLimits; readonly counter: LimitCounter; readonly totals: TcpTotals },
  ) {
    this.addresses = addresses;
    this.initiator = initiator;
    this.lastUs = atUs;
    this.streams = [
      new TcpStream(0, shared.limits, shared.counter, shared.totals),
      new TcpStream(1, shared.limits, shared.counter, shared.totals),
    ];
  }

  startKnown(side: TcpSide): boolean {
    return this.streams[side].startKnown;
  }

  attach(listener: StreamListener): void {
    this.#listener = listener;
    this.streams[0].attach(listener);
    this.streams[1].attach(listener);
  }

  /** Notes a packet of the handshake; the first of each kind counts, unless a SYN had to be repeated. */
  handshake(side: TcpSide, isSyn: boolean, isAck: boolean, atUs: number): void {
    if (isSyn) {
      if (!isAck && this.#synAckUs < 0) this.#synUs = atUs;
      else if (isAck && this.#synAckUs < 0) this.#synAckUs = atUs;
      return;
    }
    if (side === this.initiator && isAck) this.#completedUs = atUs;
  }

  /** True while the ACK that completes the handshake is still to come. */
  get opening(): boolean {
    return this.#synAckUs >= 0 && this.#completedUs < 0;
  }

  /** How TCP fared until `atUs`; `client` is the side that is. */
  figures(client: TcpSide, atUs: number): TcpFigures {
    const timed = this.#synUs >= 0 && this.#synAckUs >= this.#synUs && this.#completedUs >= this.#synAckUs;
    return {
      handshake: timed
        ? { brokerUs: this.#synAckUs - this.#synUs, clientUs: this.#completedUs - this.#synAckUs }
        : null,
      client: this.streams[client].meter.figures(atUs),
      broker: this.streams[client === 0 ? 1 : 0].meter.figures(atUs),
    };
  }

  /** A SYN of `side`; false when it can not belong to this connection. */
  synchronize(side: TcpSide, sequence: number): boolean {
    const initial = this.#initialSequences[side];
    const stream = this.streams[side];
    // A recording that goes on in another file repeats the handshake, with the numbers that lead on to its next byte.
    if (initial !== null) return initial === sequence || stream.expects(sequence + 1);
    // A known stream may only be joined by the SYN that it would have begun with.
    if (stream.known && !stream.startKnown) return false;
    this.#initialSequences[side] = sequence;
    if (!stream.known) stream.begin(sequence + 1, true);
    return true;
  }

  /**
   * The side's packet acknowledges the peer. Where the peer's SYN was not captured, the first acknowledgment of an
   * initiator that has sent nothing yet stands for it: no Kafka broker speaks first.
   */
  acknowledged(side: TcpSide, sequence: number, acknowledgment: number, answered: boolean, atUs: number): void {
    const peer = this.streams[side === 0 ? 1 : 0];
    if (!peer.known) {
      const initial = this.#initialSequences[side];
      if (initial === null || ((initial + 1) | 0) !== (sequence | 0)) return;
      peer.begin(acknowledgment, true);
      return;
    }
    peer.acknowledge(acknowledgment, answered, atUs);
    peer.meter.acknowledged(acknowledgment, atUs);
  }

  /** Ends the connection: what the streams still hold is told first. */
  close(atUs: number, reason: CloseReason): void {
    if (this.closed) return;
    this.closed = true;
    this.streams[0].flush(atUs);
    this.streams[1].flush(atUs);
    this.#listener?.closed(atUs, reason);
    this.#listener = null;
  }
}
