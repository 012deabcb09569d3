import type { EngineInput } from '../wire/segment.ts';
import type { HeldKind, TrafficTrack } from './traffic-track.ts';
import type { TcpSide } from './types.ts';

/** Puts what happened on a recognised connection into the engine's words, and numbers connections as they are told. */
export class EngineTeller {
  readonly #emit: (input: EngineInput) => void;
  #told = 0;

  constructor(emit: (input: EngineInput) => void) {
    this.#emit = emit;
  }

  /** Tells one thing. The connection's `opened` comes first; bytes hold only during the call. */
  tell(
    track: TrafficTrack,
    kind: HeldKind,
    side: TcpSide,
    atUs: number,
    bytes: Uint8Array | null,
    missingBytes: number | null,
    reason: string,
  ): void {
    const from = track.sideOf(side) ?? 'client';
    const connection = track.id;
    switch (kind) {
      case 'opened':
        this.#tellOpened(track, atUs);
        return;
      case 'data':
        if (bytes !== null) this.#emit({ kind: 'segment', connection, from, atUs, bytes });
        return;
      case 'gap':
        this.#emit({ kind: 'gap', connection, from, atUs, missingBytes });
        return;
      case 'ended':
        this.#emit({ kind: 'ended', connection, from, atUs });
        return;
      case 'closed':
        this.#emit({ kind: 'closed', connection, atUs, reason });
        return;
      default:
        kind satisfies never;
    }
  }

  #tellOpened(track: TrafficTrack, atUs: number): void {
    this.#told += 1;
    track.id = this.#told;
    const broker = track.broker ?? 1;
    this.#emit({
      kind: 'opened',
      connection: track.id,
      atUs,
      client: track.facts.addresses[broker === 0 ? 1 : 0],
      broker: track.facts.addresses[broker],
      nodeId: null,
      tls: track.facts.tls ?? null,
      midstream: track.midstream,
    });
  }
}
