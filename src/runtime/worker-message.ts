import type { Snapshot, SnapshotRequest } from '../store/snapshot.ts';
import type { RuntimeCommand } from './runtime.ts';

/** From the UI's thread to the data path's. `id` names the answer. */
export type WorkerQuestion =
  | { readonly kind: 'snapshot'; readonly id: number; readonly request: SnapshotRequest }
  | { readonly kind: 'command'; readonly id: number; readonly command: RuntimeCommand }
  | { readonly kind: 'close'; readonly id: number };

/** From the data path's thread back. `ended` with an error carries the sentence for the user. */
export type WorkerReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'snapshot'; readonly id: number; readonly snapshot: Snapshot }
  | { readonly kind: 'done'; readonly id: number }
  | { readonly kind: 'failed'; readonly id: number; readonly error: string }
  | { readonly kind: 'ended'; readonly error: string | null; readonly code?: string };
