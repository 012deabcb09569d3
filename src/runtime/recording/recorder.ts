import { closeSync, rmSync } from 'node:fs';
import { arch, release, type } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { EngineEvent, TrafficEvent } from '../../exchange/event.ts';
import { nowUs } from '../../proxy/clock.ts';
import { fileName, isRotating, openFirstFile } from './recording-files.ts';
import { type RecordingBatch, RecordingQueue } from './recording-queue.ts';
import type { RecordingConfig, RecordingJobConfig, RecordingOrder, RecordingReply, RecordingState } from './types.ts';

/** How long entries wait for company before they go to the writing thread: what a kill of the process may cost. */
const flushEveryMs = 50;

/** How the writing half is reached; tests put a job of their own behind it. */
export interface RecordingLink {
  post(order: RecordingOrder, transfer: readonly ArrayBuffer[]): void;
  stop(): Promise<void>;
}

/** Starts the writing half: replies go to the first function, what ends it unasked to the second. */
export type StartRecordingJob = (
  config: RecordingJobConfig,
  onReply: (reply: RecordingReply) => void,
  onFailed: (message: string) => void,
) => RecordingLink;

/**
 * A live run's recording: a sink for the engine's events on this side, a thread that writes on the other. Whatever
 * happens to the disk, the traffic goes on: it is told as an event, and counted in `state`.
 */
export class Recorder {
  readonly #config: RecordingConfig;
  readonly #queue: RecordingQueue;
  readonly #link: RecordingLink;
  readonly #emit: (event: TrafficEvent) => void;
  readonly #ended = Promise.withResolvers<void>();
  #timer: NodeJS.Timeout | null = null;
  #closing: Promise<void> | null = null;
  #state: Omit<RecordingState, 'dropped'>;
  #dropsToTell = 1;
  #isEnded = false;

  /** Throws a RunError where the file cannot be written. `emit` gets what a person should hear of. */
  constructor(
    config: RecordingConfig,
    unsafeShowSecrets: boolean,
    emit: (event: TrafficEvent) => void,
    startJob: StartRecordingJob = startThread,
  ) {
    this.#config = config;
    this.#emit = emit;
    const descriptor = openFirstFile(config);
    this.#state = { file: fileName(config, 1), bytes: 0, files: 1, stopped: null };
    this.#queue = new RecordingQueue((batch) => this.#send(batch));
    this.#link = startJob(
      { recording: config, unsafeShowSecrets, descriptor, hardware: arch(), os: `${type()} ${release()}` },
      (reply) => this.#reply(reply),
      (message) => {
        // A thread that was told to end does so.
        if (this.#isEnded) return;
        this.#stopped(`The recording stops: ${message}. ${this.#state.file} holds what was written; traffic goes on.`);
        this.#ended.resolve();
        // The thread that owned the file is gone.
        tryClose(descriptor);
      },
    );
  }

  state(): RecordingState {
    return { ...this.#state, dropped: this.#queue.dropped };
  }

  /** Says that recording begins; once there is somebody to hear it. */
  announce(): void {
    const { file } = this.#state;
    const contents = this.#config.payload === 'show' ? 'with record contents' : 'record contents overwritten';
    this.#event('recording-started', { file, message: `recording to ${file} (decrypted, ${contents})` });
  }

  /** The engine's events. Bytes are copied during the call. */
  readonly sink = (event: EngineEvent): void => {
    if (this.#state.stopped !== null || this.#closing !== null) return;
    this.#queue.take(event);
    if (this.#queue.dropped >= this.#dropsToTell) this.#tellDrops();
    if (this.#timer === null && this.#queue.waiting) {
      this.#timer = setTimeout(() => {
        this.#timer = null;
        this.#queue.flush();
      }, flushEveryMs);
    }
  };

  /** Writes what is on its way and ends the file. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** The run did not begin: an empty file would only be in the way of the next one. */
  async discard(): Promise<void> {
    await this.close();
    if (isRotating(this.#config) || this.#state.stopped === null) rmSync(this.#state.file, { force: true });
  }

  async #close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#queue.flush();
    if (this.#state.stopped === null) {
      this.#link.post({ kind: 'end', dropped: this.#queue.dropped }, []);
      await this.#ended.promise;
    }
    await this.#link.stop();
  }

  #send({ entries, buffers, costBytes }: RecordingBatch): void {
    this.#link.post({ kind: 'entries', entries, buffers, costBytes }, buffers);
  }

  #reply(reply: RecordingReply): void {
    if (reply.kind === 'ended') {
      this.#isEnded = true;
      this.#ended.resolve();
    } else if (reply.kind === 'stopped') this.#stopped(reply.sentence);
    else {
      const { file, files, bytes, costBytes, buffers } = reply;
      this.#queue.done(costBytes, buffers);
      if (files > this.#state.files) this.#event('recording-file', { file, files, bytes });
      this.#state = { ...this.#state, file, files, bytes };
    }
  }

  #stopped(sentence: string): void {
    if (this.#state.stopped !== null) return;
    this.#state = { ...this.#state, stopped: sentence };
    const { file, bytes } = this.#state;
    this.#event('recording-stopped', { file, bytes, message: sentence });
  }

  /** Said the first time, and each time the count has doubled. */
  #tellDrops(): void {
    const { dropped } = this.#queue;
    this.#dropsToTell = dropped * 2;
    const message = `the disk is too slow for the recording: ${dropped} exchanges are missing in ${this.#state.file} so far`;
    this.#event('recording-dropped', { dropped, file: this.#state.file, message });
  }

  #event(event: string, detail: TrafficEvent['detail']): void {
    this.#emit({ kind: 'event', atUs: nowUs(), event, connection: null, detail });
  }
}

const startThread: StartRecordingJob = (config, onReply, onFailed) => {
  // In a checkout under test the sources themselves run; Node strips their types.
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./recording-thread.${extension}`, import.meta.url), {
    workerData: config,
    // The first file was opened over here.
    trackUnmanagedFds: false,
  });
  worker.on('message', onReply);
  worker.on('error', (error) => onFailed(error instanceof Error ? error.message : String(error)));
  worker.on('exit', (code) => onFailed(`its thread ended (${code})`));
  return {
    post: (order, transfer) => worker.postMessage(order, [...transfer]),
    stop: async () => {
      worker.removeAllListeners('exit');
      await worker.terminate();
    },
  };
};

function tryClose(descriptor: number): void {
  try {
    closeSync(descriptor);
  } catch {
    // It was closed already.
  }
}
