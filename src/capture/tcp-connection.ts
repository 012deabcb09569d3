import type { CaptureLimits, LimitCounter } from './limits.ts';
import { TcpStream, type TcpTotals } from './tcp-stream.ts';
import type { CloseReason, StreamListener, TcpConnectionFacts, TcpSide } from './types.ts';

/** One TCP connection between two `ip:port`s from its first packet seen to its end; a port pair used again is another. */
export class TcpConnection implements TcpConnectionFacts {
  readonly addresses: readonly [string, string];
  readonly initiator: TcpSide | null;
  readonly keys: readonly [string, string];
  readonly streams: readonly [TcpStream, TcpStream];
  lastUs: number;
  closed = false;

  /** Neighbours in the table's list of open (or of ended) connections. */
  older: TcpConnection | null = null;
  newer: TcpConnection | null = null;

  /** Initial sequence numbers, -1 until the SYN of that side was seen: they tell a repeated SYN from a new connection. */
  readonly #initialSequences: [number, number] = [-1, -1];
  #listener: StreamListener | null = null;

  constructor(
    keys: readonly [string, string],
    addresses: readonly [string, string],
    initiator: TcpSide | null,
    atUs: number,
    shared: { readonly limits: CaptureLimits; readonly counter: LimitCounter; readonly totals: TcpTotals },
  ) {
    this.keys = keys;
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

  /** A SYN of `side`; false when it can not belong to this connection. */
  synchronize(side: TcpSide, sequence: number): boolean {
    const initial = this.#initialSequences[side];
    const stream = this.streams[side];
    // A recording that goes on in another file repeats the handshake, with the numbers that lead on to its next byte.
    if (initial >= 0) return initial === sequence || stream.expects(sequence + 1);
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
      if (initial < 0 || ((initial + 1) | 0) !== (sequence | 0)) return;
      peer.begin(acknowledgment, true);
      return;
    }
    peer.acknowledge(acknowledgment, answered, atUs);
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
