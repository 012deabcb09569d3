import type { RecordingEntry } from '../../export/pcapng/types.ts';

/** How a live run is recorded (`--record` and its flags): plain data that crosses to workers. */
export interface RecordingConfig {
  readonly path: string;
  /** A file ends before it grows beyond this; null for one file. */
  readonly fileBytesMax: number | null;
  /** A file ends when it covers so much time; null for one file. */
  readonly fileDurationMs: number | null;
  /** Files kept; the oldest is deleted first. null keeps all. */
  readonly filesMax: number | null;
  /** Files of the same name may be replaced. */
  readonly overwrite: boolean;
  readonly payload: 'show' | 'hide';
  /** Name and version of the program, for the head of the file. */
  readonly application: string;
}

/** What a recording is at the moment. */
export interface RecordingState {
  /** The file being written, or the last one that was. */
  readonly file: string;
  /** Bytes written to all files. */
  readonly bytes: number;
  readonly files: number;
  /** Exchanges that should be in the recording and are not, or only as the head of their response. */
  readonly dropped: number;
  /** Why nothing is written any more; null while recording. */
  readonly stopped: string | null;
}

/** To the thread that writes. */
export type RecordingOrder =
  | {
      readonly kind: 'entries';
      readonly entries: readonly RecordingEntry[];
      /** Where the entries' bytes lie: they come back with the reply, to be filled again. */
      readonly buffers: readonly ArrayBuffer[];
      readonly costBytes: number;
    }
  | { readonly kind: 'end'; readonly dropped: number };

/** From the thread that writes: what is done with, and how far the file is. */
export type RecordingReply =
  | {
      readonly kind: 'written';
      readonly costBytes: number;
      readonly buffers: readonly ArrayBuffer[];
      readonly file: string;
      readonly files: number;
      readonly bytes: number;
    }
  | { readonly kind: 'stopped'; readonly sentence: string }
  | { readonly kind: 'ended' };

/** What the writing thread is started with. The first file is open already, so that its errors come before listening. */
export interface RecordingJobConfig {
  readonly recording: RecordingConfig;
  readonly unsafeShowSecrets: boolean;
  readonly descriptor: number;
  readonly hardware: string;
  readonly os: string;
}
