import { classifyFirstBytes, type FirstBytesKind } from '../wire/first-bytes.ts';
import type { ConnectionId, Side } from '../wire/segment.ts';
import { ExchangeEvidence } from './exchange-evidence.ts';
import { FrameProbe } from './frame-probe.ts';
import type { CaptureLimits } from './limits.ts';
import type { TcpConnectionFacts, TcpSide } from './types.ts';

/** One `ip:port` that may be a server. One proven exchange makes every connection to it Kafka (CONTRACT). */
export interface Endpoint {
  readonly address: string;
  kafka: boolean;
  /** Connections that are told, or found out about, together with it. */
  readonly tracks: Set<TrafficTrack>;
}

/** What happened on a connection, kept until it may be told. */
export type HeldKind = 'opened' | 'data' | 'gap' | 'ended' | 'closed';

/** One thing that happened, in order of the capture. `bytes` are our own copy. */
export interface HeldInput {
  readonly order: number;
  readonly track: TrafficTrack;
  readonly kind: HeldKind;
  readonly side: TcpSide;
  readonly atUs: number;
  readonly bytes: Uint8Array | null;
  /** Grows while more is dropped behind it; null when nobody counted. */
  missingBytes: number | null;
  readonly reason: string;
}

/** What a held input costs besides its bytes. */
const heldOverheadBytes = 320;

/** Memory a held input takes, as counted against the limits. */
export function heldCost(input: HeldInput): number {
  return heldOverheadBytes + (input.bytes === null ? 0 : input.bytes.length);
}

/** What recognition knows of one TCP connection. */
export class TrafficTrack {
  readonly facts: TcpConnectionFacts;
  /** The servers it may belong to: one when its SYN was seen, else both ends. */
  readonly endpoints: readonly Endpoint[];
  /** Number in the engine; 0 until it was told of. */
  id: ConnectionId = 0;
  kafka = false;
  /** Which side is the broker; null while that is open. */
  broker: TcpSide | null;
  /** No longer waited for; what it says is held here. */
  aside = false;
  /** Set aside because it was waited for long enough. */
  waitedLong = false;
  closed = false;
  midstream: boolean;

  /** Payload bytes of both directions. */
  payloadBytes = 0;
  looksLike: FirstBytesKind = 'unknown';

  held: HeldInput[] = [];
  /** Cost of what is held here or waits in the ordered output. */
  heldBytes = 0;
  /** Inputs of a lower order were let go. */
  droppedBefore = 0;
  /** The gap that stands for bytes no longer held, per side. */
  readonly openGaps: [HeldInput | null, HeldInput | null] = [null, null];

  /** Whether the next byte of a side continues frames from a known beginning; null before its first byte. */
  readonly aligned: [boolean | null, boolean | null] = [null, null];
  readonly probes: [FrameProbe | null, FrameProbe | null] = [null, null];
  evidence: ExchangeEvidence | null = null;

  constructor(facts: TcpConnectionFacts, endpoints: readonly Endpoint[]) {
    this.facts = facts;
    this.endpoints = endpoints;
    this.midstream = facts.initiator === null;
    this.broker = facts.initiator === null ? null : facts.initiator === 0 ? 1 : 0;
  }

  /** Begins to look for evidence, from nothing. */
  startProbing(limits: CaptureLimits): void {
    const initiator = this.broker === null ? null : this.broker === 0 ? 1 : 0;
    this.probes[0] = new FrameProbe(initiator !== 1, limits.evidenceBytesMax);
    this.probes[1] = new FrameProbe(initiator !== 0, limits.evidenceBytesMax);
    this.evidence = new ExchangeEvidence(initiator, limits.evidenceRequestsMax);
  }

  stopProbing(): void {
    this.probes[0] = null;
    this.probes[1] = null;
    this.evidence = null;
  }

  /** True when a direction that was followed from its start holds what no Kafka peer sends. */
  get foreign(): boolean {
    return this.probes[0]?.state === 'foreign' || this.probes[1]?.state === 'foreign';
  }

  /** True when a long request was judged by its header alone. */
  get judgedByHeader(): boolean {
    return this.probes[0]?.judgedByHeader === true || this.probes[1]?.judgedByHeader === true;
  }

  /** Counts payload and looks at its first bytes once. */
  sawPayload(bytes: Uint8Array, byteCount: number = bytes.length): void {
    this.payloadBytes += byteCount;
    if (this.looksLike === 'unknown') this.looksLike = classifyFirstBytes(bytes);
  }

  /** The engine's word for a side; null while the direction of the connection is unknown. */
  sideOf(side: TcpSide): Side | null {
    if (this.broker === null) return null;
    return side === this.broker ? 'broker' : 'client';
  }

  /** The endpoint to name it by: the server, or the lower port where the capture does not show who connected. */
  serverAddress(): string {
    const [first, second] = this.facts.addresses;
    if (this.broker !== null) return this.facts.addresses[this.broker];
    return portOf(first) <= portOf(second) ? first : second;
  }
}

function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1));
}
