import type { EngineInput } from '../wire/segment.ts';
import { Endpoints } from './endpoints.ts';
import { EngineTeller } from './engine-teller.ts';
import { beginsFrame } from './frame-alignment.ts';
import { HeldTraffic } from './held-traffic.ts';
import type { CaptureLimits, LimitCounter } from './limits.ts';
import { NotKafkaTally } from './not-kafka-tally.ts';
import type { ConnectionTcp } from './tcp-figures.ts';
import { type Endpoint, type HeldKind, TrafficTrack } from './traffic-track.ts';
import type { CloseReason, PlaintextListener, PlaintextStreamListener, TcpConnectionFacts, TcpSide } from './types.ts';

/**
 * Finds the Kafka among the TCP connections of a capture and tells the engine of it, in the order of the capture.
 *
 * Recognition is per server endpoint: the first proven exchange (`exchange-evidence.ts`) makes all its connections
 * Kafka, those before it as well, whatever they carry; until then what they say is held. A connection followed from
 * its middle is told from the first segment on that begins a frame.
 */
export class Recogniser implements PlaintextListener {
  readonly notKafka: NotKafkaTally;
  kafkaConnections = 0;
  /** Payload bytes before the first frame of connections that began before the capture. */
  unalignedBytes = 0;

  readonly #teller: EngineTeller;
  readonly #onTcp: (figures: ConnectionTcp) => void;
  readonly #limits: CaptureLimits;
  readonly #counter: LimitCounter;
  readonly #endpoints = new Endpoints();
  readonly #held: HeldTraffic;

  constructor(
    emit: (input: EngineInput) => void,
    limits: CaptureLimits,
    counter: LimitCounter,
    onTcp: (figures: ConnectionTcp) => void = () => undefined,
  ) {
    this.#teller = new EngineTeller(emit);
    this.#onTcp = onTcp;
    this.#limits = limits;
    this.#counter = counter;
    this.notKafka = new NotKafkaTally(limits.notKafkaListedMax, counter);
    this.#held = new HeldTraffic(
      limits,
      counter,
      ({ track, kind, side, atUs, bytes, missingBytes, reason }) =>
        this.#tell(track, kind, side, atUs, bytes, missingBytes, reason),
      (track) => this.#forgotten(track),
    );
  }

  opened(connection: TcpConnectionFacts, atUs: number): PlaintextStreamListener {
    this.#held.tick(atUs);
    const track = new TrafficTrack(connection, this.#endpointsOf(connection));
    for (const endpoint of track.endpoints) endpoint.tracks.add(track);
    const known = track.endpoints.find((endpoint) => endpoint.kafka);
    if (known === undefined) track.startProbing(this.#limits);
    else this.#recognise(track, known);
    this.#take(track, 'opened', 0, atUs, null, null, '');
    return new TrackListener(this, track);
  }

  data(track: TrafficTrack, side: TcpSide, bytes: Uint8Array, atUs: number): void {
    this.#held.tick(atUs);
    track.sawPayload(bytes);
    if (track.aligned[side] !== true && !this.#align(track, side, bytes)) {
      this.unalignedBytes += bytes.length;
      return;
    }
    this.#take(track, 'data', side, atUs, bytes, null, '');
    const probe = track.probes[side];
    if (probe === null) return;
    probe.receive(bytes);
    this.#weigh(track, side);
    if (!track.kafka && probe.state === 'foreign') this.#foreign(track, side);
  }

  gap(track: TrafficTrack, side: TcpSide, missingBytes: number | null, atUs: number): void {
    this.#held.tick(atUs);
    if (track.aligned[side] !== true) {
      // The very beginning is missing: the side is joined where its next frame begins, like one from before the capture.
      track.aligned[side] = false;
      return;
    }
    this.#take(track, 'gap', side, atUs, null, missingBytes, '');
    const probe = track.probes[side];
    if (probe === null) return;
    probe.gap(missingBytes);
    this.#weigh(track, side);
  }

  /** Bytes that stay encrypted. Nobody waits for such a connection to prove itself. */
  unreadable(track: TrafficTrack, firstBytes: Uint8Array, byteCount: number): void {
    track.sawPayload(firstBytes, byteCount);
    if (track.aside || track.kafka) return;
    track.aside = true;
    this.#held.drain();
  }

  ended(track: TrafficTrack, side: TcpSide, atUs: number): void {
    this.#held.tick(atUs);
    this.#take(track, 'ended', side, atUs, null, null, '');
  }

  closed(track: TrafficTrack, atUs: number, reason: CloseReason): void {
    this.#held.tick(atUs);
    track.closed = true;
    this.#take(track, 'closed', 0, atUs, null, null, reason);
  }

  /** The capture is over: what was not recognised by now is not Kafka. */
  end(): void {
    this.#held.end();
  }

  #endpointsOf(connection: TcpConnectionFacts): readonly Endpoint[] {
    const [first, second] = connection.addresses;
    if (connection.initiator === 0) return [this.#endpoints.of(second)];
    if (connection.initiator === 1) return [this.#endpoints.of(first)];
    return [this.#endpoints.of(first), this.#endpoints.of(second)];
  }

  /** Whether the stream of `side` is followed by whole frames from these bytes on. */
  #align(track: TrafficTrack, side: TcpSide, bytes: Uint8Array): boolean {
    if (track.aligned[side] === null && track.facts.startKnown(side)) {
      track.aligned[side] = true;
      return true;
    }
    const requests = track.evidence?.correlationIds(side === 0 ? 1 : 0) ?? [];
    const aligned = beginsFrame(bytes, track.sideOf(side), requests);
    track.aligned[side] = aligned;
    if (aligned && track.kafka && track.aligned[0] === true && track.aligned[1] === true) track.stopProbing();
    return aligned;
  }

  #weigh(track: TrafficTrack, side: TcpSide): void {
    const probe = track.probes[side];
    if (probe === null || track.evidence === null) return;
    const broker = track.evidence.weigh(side, probe);
    if (broker === null || track.kafka) return;
    const address = track.facts.addresses[broker];
    const endpoint = track.endpoints.find((candidate) => candidate.address === address);
    if (endpoint !== undefined) this.#prove(endpoint);
  }

  /** What does not read as frames may only have been joined at a wrong place; else nobody waits for it any more. */
  #foreign(track: TrafficTrack, side: TcpSide): void {
    if (!track.facts.startKnown(side)) {
      this.#held.giveUp(track);
      return;
    }
    track.aside = true;
    this.#held.drain();
  }

  /** Everything held of the endpoint's connections is told now, in the order it happened. */
  #prove(endpoint: Endpoint): void {
    if (endpoint.kafka) return;
    if (this.#endpoints.kafkaCount >= this.#limits.kafkaEndpointsMax) {
      this.#counter.reached('kafkaEndpointsMax');
      return;
    }
    this.#endpoints.prove(endpoint);
    this.notKafka.remove(endpoint.address);
    for (const track of endpoint.tracks) {
      if (track.waitedLong && track.held.length > 0) this.#counter.reached('undecidedWaitUsMax');
      this.#recognise(track, endpoint);
    }
    this.#held.tellAll(endpoint.tracks);
  }

  #recognise(track: TrafficTrack, endpoint: Endpoint): void {
    if (track.kafka) return;
    track.kafka = true;
    track.broker = track.facts.addresses[0] === endpoint.address ? 0 : 1;
    this.kafkaConnections += 1;
    track.openGaps[0] = null;
    track.openGaps[1] = null;
    // Probes live on only to find where the frames of a connection begin whose start was not captured.
    if (!track.midstream || (track.aligned[0] === true && track.aligned[1] === true)) track.stopProbing();
    else if (track.probes[0] === null) track.startProbing(this.#limits);
    for (const other of track.endpoints) if (other !== endpoint) this.#endpoints.release(other, track);
  }

  /** Tells what happened at once where nothing stands before it; else keeps it. */
  #take(
    track: TrafficTrack,
    kind: HeldKind,
    side: TcpSide,
    atUs: number,
    bytes: Uint8Array | null,
    missingBytes: number | null,
    reason: string,
  ): void {
    if (track.kafka && this.#held.empty) this.#tell(track, kind, side, atUs, bytes, missingBytes, reason);
    else this.#held.add(track, kind, side, atUs, bytes, missingBytes, reason);
  }

  /** What a connection said was let go. One still open may yet prove itself, as if the capture began now. */
  #forgotten(track: TrafficTrack): void {
    if (!track.closed) {
      track.midstream = true;
      track.aligned[0] = false;
      track.aligned[1] = false;
      track.startProbing(this.#limits);
      return;
    }
    if (track.judgedByHeader) this.#counter.reached('evidenceBytesMax');
    if (track.evidence?.forgotten === true) this.#counter.reached('evidenceRequestsMax');
    this.notKafka.add(track.serverAddress(), track.payloadBytes, track.looksLike);
    for (const endpoint of track.endpoints) this.#endpoints.release(endpoint, track);
  }

  #tell(
    track: TrafficTrack,
    kind: HeldKind,
    side: TcpSide,
    atUs: number,
    bytes: Uint8Array | null,
    missingBytes: number | null,
    reason: string,
  ): void {
    if (kind === 'closed') this.#tellTcp(track, atUs);
    this.#teller.tell(track, kind, side, atUs, bytes, missingBytes, reason);
    if (kind === 'closed') for (const endpoint of track.endpoints) this.#endpoints.release(endpoint, track);
  }

  /** The figures come before the connection's own end, while its number still means something. */
  #tellTcp(track: TrafficTrack, atUs: number): void {
    const broker = track.broker ?? 1;
    const client = broker === 0 ? 1 : 0;
    const figures = track.facts.figures?.(client, atUs);
    if (figures === undefined) return;
    const [clientAddress, brokerAddress] = [track.facts.addresses[client], track.facts.addresses[broker]];
    this.#onTcp({ connection: track.id, atUs, clientAddress, brokerAddress, ...figures });
  }
}

/** Binds the listener of one TCP connection to what recognition knows of it. */
class TrackListener implements PlaintextStreamListener {
  readonly #recogniser: Recogniser;
  readonly #track: TrafficTrack;

  constructor(recogniser: Recogniser, track: TrafficTrack) {
    this.#recogniser = recogniser;
    this.#track = track;
  }

  data(side: TcpSide, bytes: Uint8Array, atUs: number): void {
    this.#recogniser.data(this.#track, side, bytes, atUs);
  }

  gap(side: TcpSide, missingBytes: number | null, atUs: number): void {
    this.#recogniser.gap(this.#track, side, missingBytes, atUs);
  }

  unreadable(firstBytes: Uint8Array, byteCount: number): void {
    this.#recogniser.unreadable(this.#track, firstBytes, byteCount);
  }

  ended(side: TcpSide, atUs: number): void {
    this.#recogniser.ended(this.#track, side, atUs);
  }

  closed(atUs: number, reason: CloseReason): void {
    this.#recogniser.closed(this.#track, atUs, reason);
  }
}
