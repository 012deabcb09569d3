import type { EngineInput } from '../wire/segment.ts';
import { Fragments } from './fragments.ts';
import type { CaptureLimits, LimitCounter } from './limits.ts';
import { readLink } from './link/read-link.ts';
import type { Packet, SkipReason } from './packet.ts';
import { Recogniser } from './recognise.ts';
import { type ConnectionTcp, TcpTally } from './tcp-figures.ts';
import { readTcp } from './tcp-header.ts';
import { TcpTable } from './tcp-table.ts';
import { TlsLayer } from './tls/tls-layer.ts';
import { readNetwork } from './tunnel.ts';
import type { UnreadTls } from './types.ts';

/** The way of a packet: link, IP, TCP, stream, TLS, recognition, engine. No clock and no file: time is in the packets. */
export class PacketPath {
  readonly counter: LimitCounter;
  readonly table: TcpTable;
  readonly recogniser: Recogniser;
  readonly tls: TlsLayer;
  readonly tcp = new TcpTally();
  packets = 0;
  /** Captured bytes of all packets, link headers included. */
  bytes = 0;
  /** Packets whose payload the snaplen cut. */
  cutPackets = 0;
  firstPacketUs: number | null = null;
  lastPacketUs: number | null = null;
  readonly #fragments: Fragments;
  readonly #skipped = new Map<SkipReason, number>();

  constructor(
    emit: (input: EngineInput) => void,
    limits: CaptureLimits,
    counter: LimitCounter,
    onUnreadTls: (unread: UnreadTls) => void = () => undefined,
    onTcp: (figures: ConnectionTcp) => void = () => undefined,
  ) {
    this.counter = counter;
    this.#fragments = new Fragments(limits.fragmentedPacketsMax, counter);
    this.recogniser = new Recogniser(emit, limits, counter, (figures) => {
      this.tcp.add(figures);
      onTcp(figures);
    });
    this.tls = new TlsLayer(this.recogniser, limits, counter, onUnreadTls);
    this.table = new TcpTable(this.tls, limits, counter);
  }

  receive(packet: Packet): void {
    this.packets += 1;
    const capturedBytes = packet.end - packet.start;
    this.bytes += capturedBytes;
    if (capturedBytes < packet.originalBytes) this.cutPackets += 1;
    if (this.firstPacketUs === null || packet.atUs < this.firstPacketUs) this.firstPacketUs = packet.atUs;
    if (this.lastPacketUs === null || packet.atUs > this.lastPacketUs) this.lastPacketUs = packet.atUs;
    const reason = readLink(packet) ?? readNetwork(packet, this.#fragments) ?? readTcp(packet);
    // A fragment may yet become part of a packet: what does not is counted at the end.
    if (reason === 'ip-fragment') return;
    if (reason !== null) {
      this.#skipped.set(reason, (this.#skipped.get(reason) ?? 0) + 1);
      return;
    }
    this.table.receive(packet);
  }

  /** The capture is over. */
  end(): void {
    this.#fragments.end();
    if (this.#fragments.lostPieces > 0) this.#skipped.set('ip-fragment', this.#fragments.lostPieces);
    this.table.end(this.lastPacketUs ?? 0);
    this.recogniser.end();
  }

  /** How many packets carried nothing for us, by reason. */
  skippedPackets(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#skipped);
  }
}
