import type { Snapshot, SnapshotRequest } from '../store/snapshot.ts';

/** What a person does to the clock of a replay: plain data. */
export type ReplayAction =
  | { readonly kind: 'play' | 'pause' | 'step' }
  /** `Infinity` reads as fast as it can. */
  | { readonly kind: 'speed'; readonly speed: number }
  /** Epoch µs in the capture's time. */
  | { readonly kind: 'seek'; readonly toUs: number };

/** What a person does to the run from the UI: plain data. */
export type RuntimeCommand =
  | { readonly kind: 'mark'; readonly seq: number; readonly marked: boolean }
  | { readonly kind: 'clear' }
  | { readonly kind: 'replay'; readonly action: ReplayAction }
  | { readonly kind: 'stop' };

/**
 * The one door between a user interface and a running source. Two hosts exist: in this process (`--json`, tests)
 * and in a worker thread (the UI), so that drawing never delays a byte.
 */
export interface Runtime {
  snapshot(request: SnapshotRequest): Promise<Snapshot>;
  command(command: RuntimeCommand): Promise<void>;
  /** Ends the source and resolves when its sockets and files are closed. */
  close(): Promise<void>;
  /** Resolves when the source ended by itself; rejects with the sentence for the user if it failed. */
  readonly ended: Promise<void>;
}
