import { PcapngRecording } from '../../export/pcapng/recording.ts';
import type { RecordingEntry } from '../../export/pcapng/types.ts';
import { systemErrorCode } from '../../wire/system-error.ts';
import { RecordingFiles } from './recording-files.ts';
import type { RecordingJobConfig, RecordingOrder, RecordingReply } from './types.ts';

/** Blocks gathered before they go to the kernel; a batch of entries always goes there when it is done. */
const writeBytes = 1024 * 1024;

/**
 * The writing half of a recording: entries to blocks, blocks to files. It has a thread of its own, for overwriting
 * record contents, checksums and slow disks must not cost the data path a millisecond; nothing in here knows that.
 */
export class RecordingJob {
  readonly #config: RecordingJobConfig;
  readonly #recording: PcapngRecording;
  readonly #files: RecordingFiles;
  readonly #reply: (reply: RecordingReply, transfer: readonly ArrayBuffer[]) => void;
  /** Time of the first entry of the file at hand; null before it. */
  #fileBeganUs: number | null = null;
  #stopped = false;

  /** `reply` gets buffers that may go with the reply, if it goes to another thread. */
  constructor(config: RecordingJobConfig, reply: (reply: RecordingReply, transfer: readonly ArrayBuffer[]) => void) {
    this.#config = config;
    this.#reply = reply;
    const { recording, unsafeShowSecrets, hardware, os } = config;
    const { payload, application } = recording;
    this.#recording = new PcapngRecording({ payload, unsafeShowSecrets, application, hardware, os });
    this.#files = new RecordingFiles(recording, config.descriptor);
    this.#guard(() => {
      this.#recording.beginFile();
      this.#flush();
    });
    this.#tell(0, []);
  }

  receive(order: RecordingOrder): void {
    if (order.kind === 'entries') {
      this.#guard(() => {
        for (const entry of order.entries) this.#take(entry);
        this.#flush();
      });
      this.#tell(order.costBytes, order.buffers);
      return;
    }
    this.#guard(() => {
      this.#recording.endFile(order.dropped);
      this.#flush();
      this.#files.close();
    });
    this.#tell(0, []);
    this.#reply({ kind: 'ended' }, []);
  }

  #take(entry: RecordingEntry): void {
    if (this.#isFull(entry)) {
      this.#recording.endFile(0);
      this.#flush();
      this.#files.rotate();
      this.#recording.beginFile();
      this.#fileBeganUs = null;
    }
    this.#fileBeganUs ??= entry.atUs;
    this.#recording.take(entry);
    if (this.#recording.length >= writeBytes) this.#flush();
  }

  /** The file at hand must end before this entry. A file holds one entry at least, however large. */
  #isFull(entry: RecordingEntry): boolean {
    const { fileBytesMax, fileDurationMs } = this.#config.recording;
    if (this.#fileBeganUs === null) return false;
    if (fileDurationMs !== null && entry.atUs - this.#fileBeganUs >= fileDurationMs * 1000) return true;
    if (fileBytesMax === null) return false;
    const bytes = this.#files.fileBytes + this.#recording.length;
    return bytes + this.#recording.bytesMaxOf(entry) > fileBytesMax;
  }

  #flush(): void {
    if (this.#recording.length === 0) return;
    const blocks = this.#recording.written();
    this.#recording.clear();
    this.#files.write(blocks);
  }

  /** A disk that fails ends the recording, with one sentence, and nothing else. */
  #guard(work: () => void): void {
    if (this.#stopped) return;
    try {
      work();
    } catch (error) {
      this.#stopped = true;
      const { file } = this.#files;
      const code = systemErrorCode(error);
      if (code === '') throw error;
      const cause = code === 'ENOSPC' || code === 'EDQUOT' ? 'the disk is full' : `writing failed (${code})`;
      const sentence = `The recording stops: ${cause}. ${file} holds everything up to here, and traffic goes on.`;
      this.#reply({ kind: 'stopped', sentence }, []);
      try {
        this.#files.close();
      } catch {
        // The disk that failed may fail once more: it was said already.
      }
    }
  }

  #tell(costBytes: number, buffers: readonly ArrayBuffer[]): void {
    const { file, files, bytes } = this.#files;
    this.#reply({ kind: 'written', costBytes, buffers, file, files, bytes }, buffers);
  }
}
