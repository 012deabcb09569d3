import { destinationAddress, sourceAddress } from './address.ts';
import { uint16 } from './big-endian.ts';
import { type Flow, FlowTable, isToItself } from './flow-table.ts';
import type { CaptureLimits, LimitCounter } from './limits.ts';
import type { Packet } from './packet.ts';
import { RoundTripSteps } from './round-trip-steps.ts';
import { TcpConnection } from './tcp-connection.ts';
import { tcpAck, tcpFin, tcpRst, tcpSyn } from './tcp-header.ts';
import type { TcpStream, TcpTotals } from './tcp-stream.ts';
import type { CloseReason, TcpListener, TcpSide } from './types.ts';

/** Connections in the order of their last packet, oldest first. Linked through the connections: O(1) everywhere. */
class RecencyList {
  oldest: TcpConnection | null = null;
  #newest: TcpConnection | null = null;

  append(connection: TcpConnection): void {
    connection.older = this.#newest;
    connection.newer = null;
    if (this.#newest === null) this.oldest = connection;
    else this.#newest.newer = connection;
    this.#newest = connection;
  }

  remove(connection: TcpConnection): void {
    if (connection.older === null) this.oldest = connection.newer;
    else connection.older.newer = connection.newer;
    if (connection.newer === null) this.#newest = connection.older;
    else connection.newer.older = connection.older;
  }

  touch(connection: TcpConnection): void {
    if (this.#newest === connection) return;
    this.remove(connection);
    this.append(connection);
  }
}

/**
 * All TCP connections of a capture. Each packet finds its direction by one lookup; ended connections linger a
 * while so that late packets are known as such, silent ones are let go, and the number of both has a limit.
 */
export class TcpTable {
  readonly totals: TcpTotals = {
    bufferedBytes: 0,
    gaps: 0,
    missingBytes: 0,
    repeatedBytes: 0,
    lateSegments: 0,
    roundTrips: new RoundTripSteps(),
  };
  /** Connections seen so far. */
  connections = 0;

  readonly #limits: CaptureLimits;
  readonly #counter: LimitCounter;
  readonly #listener: TcpListener;
  readonly #flows = new FlowTable<TcpConnection>();
  readonly #open = new RecencyList();
  readonly #closed = new RecencyList();

  constructor(listener: TcpListener, limits: CaptureLimits, counter: LimitCounter) {
    this.#listener = listener;
    this.#limits = limits;
    this.#counter = counter;
  }

  /** Takes one packet whose TCP header was read. */
  receive(packet: Packet): void {
    const atUs = packet.atUs;
    this.#letGo(atUs);
    let flow = this.#flows.find(packet);
    const isSyn = (packet.flags & tcpSyn) !== 0;
    if (flow !== undefined && isSyn) flow = this.#matchSyn(flow, packet);
    if (flow === undefined) {
      // Without a SYN only payload shows that there is a connection worth following.
      if (!isSyn && packet.payloadBytes === 0) return;
      if ((packet.flags & tcpRst) !== 0) return;
      flow = this.#openConnection(packet);
      if (flow === undefined) return;
    }
    const connection = flow.connection;
    if (connection.closed) {
      if (packet.payloadBytes > 0) this.#receiveLate(connection.streams[flow.side], packet);
      return;
    }
    connection.lastUs = atUs;
    this.#open.touch(connection);
    this.#measure(connection, flow.side, packet);
    this.#follow(connection, flow.side, packet);
  }

  /** The capture is over. */
  end(atUs: number): void {
    for (let connection = this.#open.oldest; connection !== null; connection = this.#open.oldest) {
      this.#close(connection, atUs, 'capture-ended');
      this.#forget(connection);
    }
  }

  /** The connection a SYN belongs to; undefined when it begins a new one, after ending what used the ports before. */
  #matchSyn(flow: Flow<TcpConnection>, packet: Packet): Flow<TcpConnection> | undefined {
    const connection = flow.connection;
    // A replayed capture uses sequence numbers again; a SYN caught twice is not seconds apart from its connection's end.
    const isReplay = connection.closed && packet.atUs - connection.lastUs > this.#limits.repeatedSynUsMax;
    if (!isReplay && connection.synchronize(flow.side, packet.sequence)) return flow;
    if (!connection.closed) this.#close(connection, packet.atUs, 'port-reused');
    this.#forget(connection);
    return undefined;
  }

  #openConnection(packet: Packet): Flow<TcpConnection> | undefined {
    if (isToItself(packet)) return undefined;
    while (this.#flows.size >= this.#limits.connectionsMax * 2) if (!this.#makeRoom(packet.atUs)) return undefined;
    const isSyn = (packet.flags & tcpSyn) !== 0;
    const initiator = isSyn ? ((packet.flags & tcpAck) === 0 ? 0 : 1) : null;
    const connection = new TcpConnection([sourceAddress(packet), destinationAddress(packet)], initiator, packet.atUs, {
      limits: this.#limits,
      counter: this.#counter,
      totals: this.totals,
    });
    if (isSyn) {
      connection.synchronize(0, packet.sequence);
      // A SYN+ACK also tells the sequence number of the SYN that was missed.
      if (initiator === 1) connection.streams[1].begin(packet.acknowledgment, true);
    } else {
      connection.streams[0].begin(packet.sequence, false);
    }
    const flows = this.#flows.open(connection, packet);
    connection.flows = flows;
    this.#open.append(connection);
    this.connections += 1;
    connection.attach(this.#listener.opened(connection, packet.atUs));
    return flows[0];
  }

  #receiveLate(stream: TcpStream, packet: Packet): void {
    const { payloadStart, payloadBytes, end, sequence } = packet;
    const capturedBytes = Math.max(0, Math.min(payloadBytes, end - payloadStart));
    stream.receiveLate(sequence, capturedBytes, payloadBytes);
  }

  /** What the header says of the connection's health, whatever becomes of the payload. */
  #measure(connection: TcpConnection, side: TcpSide, packet: Packet): void {
    const { flags, sequence, acknowledgment, payloadBytes, atUs } = packet;
    const meter = connection.streams[side].meter;
    const special = flags & (tcpSyn | tcpFin | tcpRst);
    // A window in a SYN is not scaled yet, one in a RST means nothing.
    const window = (flags & (tcpSyn | tcpRst)) === 0 ? packet.window : 1;
    const identification = packet.addressBytes === 4 ? uint16(packet.bytes, packet.sourceAddressAt - 8) : -1;
    const repeats = payloadBytes === 0 && special === 0 && meter.repeatsAck(acknowledgment, window);
    const isTwin = meter.saw(sequence, acknowledgment, payloadBytes, window, identification, atUs);
    if (repeats && !isTwin && connection.streams[side === 0 ? 1 : 0].isBeyond(acknowledgment)) meter.duplicateAcks += 1;
    const isSyn = (flags & tcpSyn) !== 0;
    if (isSyn || connection.opening) connection.handshake(side, isSyn, (flags & tcpAck) !== 0, atUs);
  }

  #follow(connection: TcpConnection, side: TcpSide, packet: Packet): void {
    const atUs = packet.atUs;
    const isSyn = (packet.flags & tcpSyn) !== 0;
    // A SYN takes one sequence number; data may follow it in the same packet (RFC 7413).
    const sequence = isSyn ? (packet.sequence + 1) | 0 : packet.sequence;
    const stream = connection.streams[side];
    if ((packet.flags & tcpAck) !== 0) {
      connection.acknowledged(side, sequence, packet.acknowledgment, packet.payloadBytes > 0, atUs);
    }
    if (!stream.known && packet.payloadBytes > 0) stream.begin(sequence, false);
    if (packet.payloadBytes > 0) {
      const end = Math.min(packet.payloadStart + packet.payloadBytes, packet.end);
      stream.receive(sequence, packet.bytes.subarray(packet.payloadStart, end), packet.payloadBytes, atUs);
    }
    if ((packet.flags & tcpFin) !== 0) {
      if (!stream.known) stream.begin(sequence, false);
      stream.finish(sequence + packet.payloadBytes, atUs);
    }
    if ((packet.flags & tcpRst) !== 0) this.#close(connection, atUs, 'reset');
    else if (connection.streams[0].ended && connection.streams[1].ended) this.#close(connection, atUs, 'fin');
  }

  #close(connection: TcpConnection, atUs: number, reason: CloseReason): void {
    connection.close(atUs, reason);
    this.#open.remove(connection);
    this.#closed.append(connection);
  }

  #forget(connection: TcpConnection): void {
    this.#closed.remove(connection);
    connection.streams[0].meter.release();
    connection.streams[1].meter.release();
    if (connection.flows === null) return;
    this.#flows.close(connection.flows[0]);
    this.#flows.close(connection.flows[1]);
  }

  /** Lets ended and silent connections go whose time has come: at most two a packet, so no packet pays for many. */
  #letGo(atUs: number): void {
    const ended = this.#closed.oldest;
    if (ended !== null && atUs - ended.lastUs > this.#limits.closedLingerUsMax) this.#forget(ended);
    const silent = this.#open.oldest;
    if (silent !== null && atUs - silent.lastUs > this.#limits.idleUsMax) {
      this.#counter.reached('idleUsMax');
      this.#close(silent, atUs, 'idle-timeout');
      this.#forget(silent);
    }
  }

  /** False where every connection is busy: a newcomer then stays outside. */
  #makeRoom(atUs: number): boolean {
    const ended = this.#closed.oldest;
    if (ended !== null) {
      this.#forget(ended);
      return true;
    }
    this.#counter.reached('connectionsMax');
    const silent = this.#open.oldest;
    if (silent === null || atUs - silent.lastUs <= this.#limits.busyUsMax) return false;
    this.#close(silent, atUs, 'forgotten');
    this.#forget(silent);
    return true;
  }
}
