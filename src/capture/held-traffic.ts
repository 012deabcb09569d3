import type { CaptureLimits, LimitCounter } from './limits.ts';
import { OrderedOutput } from './ordered-output.ts';
import { type HeldInput, type HeldKind, heldCost, type TrafficTrack } from './traffic-track.ts';
import type { TcpSide } from './types.ts';

/**
 * What connections said that cannot be told yet: of undecided ones until they are found out about, of recognised ones
 * while an undecided one stands before them. Bounded for each connection and for all; who holds longest is let go.
 */
export class HeldTraffic {
  readonly #limits: CaptureLimits;
  readonly #counter: LimitCounter;
  readonly #tell: (input: HeldInput) => void;
  readonly #forgotten: (track: TrafficTrack) => void;
  readonly #output: OrderedOutput;
  /** Connections that hold something, oldest first. */
  readonly #holders = new Set<TrafficTrack>();
  #heldBytes = 0;
  #order = 0;
  #nowUs = 0;

  /** `tell` gets what may be told, in order; `forgotten` is told of a connection whose past was let go. */
  constructor(
    limits: CaptureLimits,
    counter: LimitCounter,
    tell: (input: HeldInput) => void,
    forgotten: (track: TrafficTrack) => void,
  ) {
    this.#limits = limits;
    this.#counter = counter;
    this.#tell = tell;
    this.#forgotten = forgotten;
    this.#output = new OrderedOutput(
      limits,
      counter,
      (input) => this.#tellHeld(input),
      (input) => this.#setAside(input),
    );
  }

  /** Whether nothing stands before what happens now. */
  get empty(): boolean {
    return this.#output.empty;
  }

  /** The capture has come to a time; some may have waited long enough. */
  tick(atUs: number): void {
    if (atUs > this.#nowUs) this.#nowUs = atUs;
    if (!this.#output.empty) this.#output.drain(this.#nowUs);
  }

  /** A connection was decided about: tells what need not wait any more. */
  drain(): void {
    this.#output.drain(this.#nowUs);
  }

  /** The capture is over: nothing waits any more. */
  end(): void {
    this.#output.drain(Number.POSITIVE_INFINITY);
    for (const track of [...this.#holders]) this.giveUp(track);
  }

  /** Keeps what happened, with a copy of its bytes; where the connection is full, only how many they were. */
  add(
    track: TrafficTrack,
    kind: HeldKind,
    side: TcpSide,
    atUs: number,
    bytes: Uint8Array | null,
    missingBytes: number | null,
    reason: string,
  ): void {
    if (!track.kafka && bytes !== null && this.#isFull(track)) {
      this.#drop(track, side, bytes.length, atUs);
      return;
    }
    const copy = bytes === null ? null : bytes.slice();
    if (kind === 'data' || kind === 'gap') track.openGaps[side] = null;
    this.#keep({ order: this.#nextOrder(), track, kind, side, atUs, bytes: copy, missingBytes, reason });
  }

  /** Tells everything that was set aside of connections that are Kafka after all, in the order it happened. */
  tellAll(tracks: Iterable<TrafficTrack>): void {
    const held: HeldInput[] = [];
    for (const track of tracks) {
      this.#holders.delete(track);
      for (const input of track.held) held.push(input);
      track.held = [];
    }
    held.sort((a, b) => a.order - b.order);
    for (const input of held) this.#tellHeld(input);
    this.drain();
  }

  /** Forgets what a connection held. One still open is held anew from here on, as if it had just been opened. */
  giveUp(track: TrafficTrack): void {
    this.#holders.delete(track);
    for (const input of track.held) this.#heldBytes -= heldCost(input);
    const last = track.held.at(-1);
    track.held = [];
    track.heldBytes = 0;
    track.openGaps[0] = null;
    track.openGaps[1] = null;
    track.droppedBefore = this.#nextOrder();
    this.#forgotten(track);
    if (track.closed) return;
    const atUs = last?.atUs ?? this.#nowUs;
    const order = this.#nextOrder();
    const about = { side: 0, atUs, bytes: null, missingBytes: null, reason: '' } as const;
    const opened: HeldInput = { order, track, kind: 'opened', ...about };
    this.#charge(opened);
    this.#setAside(opened);
  }

  #nextOrder(): number {
    this.#order += 1;
    return this.#order;
  }

  #charge(input: HeldInput): void {
    const cost = heldCost(input);
    input.track.heldBytes += cost;
    this.#heldBytes += cost;
  }

  #keep(input: HeldInput): void {
    this.#charge(input);
    this.#output.push(input);
    this.#output.drain(this.#nowUs);
    if (!input.track.kafka) this.#evict();
  }

  #isFull(track: TrafficTrack): boolean {
    if (track.foreign) {
      return track.heldBytes > this.#limits.foreignBytesMax;
    }
    return track.heldBytes > this.#limits.undecidedBytesMax;
  }

  /** Counts bytes no longer held: should the connection prove to be Kafka, they are a gap of known size. */
  #drop(track: TrafficTrack, side: TcpSide, count: number, atUs: number): void {
    const open = track.openGaps[side];
    if (open !== null) {
      open.missingBytes = (open.missingBytes ?? 0) + count;
      return;
    }
    this.#counter.reached(track.foreign ? 'foreignBytesMax' : 'undecidedBytesMax');
    const order = this.#nextOrder();
    const gap: HeldInput = { order, track, kind: 'gap', side, atUs, bytes: null, missingBytes: count, reason: '' };
    track.openGaps[side] = gap;
    this.#keep(gap);
  }

  #setAside(input: HeldInput): void {
    const track = input.track;
    if (input.order < track.droppedBefore) {
      this.#heldBytes -= heldCost(input);
      return;
    }
    track.held.push(input);
    this.#holders.add(track);
  }

  /** Lets the connections that hold longest go, until what is held fits again with room to spare. */
  #evict(): void {
    if (this.#heldBytes <= this.#limits.undecidedBytesTotalMax) return;
    // One at a time would be a walk over the gaps of the set for every packet.
    const wantedBytes = this.#limits.undecidedBytesTotalMax * 0.75;
    // A connection still open comes back at the end of the list, so one round is counted, not run to the end.
    let left = this.#holders.size;
    for (const track of this.#holders) {
      if (left === 0 || this.#heldBytes <= wantedBytes) return;
      left -= 1;
      this.#counter.reached('undecidedBytesTotalMax');
      this.giveUp(track);
    }
  }

  #tellHeld(input: HeldInput): void {
    const track = input.track;
    this.#heldBytes -= heldCost(input);
    if (input.order < track.droppedBefore) return;
    track.heldBytes -= heldCost(input);
    this.#tell(input);
  }
}
