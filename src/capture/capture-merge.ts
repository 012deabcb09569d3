import { setImmediate as nextTurn } from 'node:timers/promises';
import { openBytes, readError } from './byte-source.ts';
import { CaptureCursor, errorOfFile } from './capture-cursor.ts';
import { CaptureError } from './capture-error.ts';
import { HostNames } from './host-names.ts';
import type { CaptureLimits, LimitCounter } from './limits.ts';
import type { PacketPath } from './packet-path.ts';
import type { CaptureSecrets } from './types.ts';

/** Codes that say a file is no capture at all. */
const noCapture: ReadonlySet<string> = new Set([
  'KS_CAPTURE_EMPTY',
  'KS_CAPTURE_UNKNOWN_FORMAT',
  'KS_CAPTURE_UNSUPPORTED',
]);

/** Packets taken before others get a turn. */
const packetsPerTurn = 1_024;

/** A file of the set that is not open: it is opened when the merged clock reaches its first packet. */
interface WaitingFile {
  readonly name: string;
  readonly firstUs: number;
}

/** How the merging is watched and stopped. */
export interface MergeControl {
  onProgress?(readBytes: number): void;
  readonly signal?: AbortSignal;
  paused?(): Promise<void> | undefined;
}

/**
 * Reads several captures as one, packets in order of time: a rotated set, or the two ends of a link. First each file
 * is opened briefly for its first time, so that of a long set only the files of the moment are open.
 */
export class CaptureMerge {
  /** Bytes read from all files. */
  fileBytes = 0;
  readonly secrets: CaptureSecrets[] = [];
  /** What any of the files calls hosts. */
  readonly names: HostNames;
  /** Sentences about files that could only be read in part, and the code of the first. */
  readonly damage: { readonly code: CaptureError['code']; readonly message: string }[] = [];
  readonly #limits: CaptureLimits;
  readonly #counter: LimitCounter;
  readonly #path: PacketPath;
  readonly #stdin: NodeJS.ReadableStream;
  #waiting: WaitingFile[] = [];
  #open: CaptureCursor[] = [];

  constructor(path: PacketPath, limits: CaptureLimits, counter: LimitCounter, stdin: NodeJS.ReadableStream) {
    this.#path = path;
    this.#limits = limits;
    this.#counter = counter;
    this.names = new HostNames(limits, counter);
    this.#stdin = stdin;
  }

  /** Reads the files to their end, or until aborted. Throws `CaptureError` when one of them is no capture at all. */
  async read(names: readonly string[], control: MergeControl): Promise<void> {
    try {
      await this.#findFirst(names);
      let turn = 0;
      while (control.signal?.aborted !== true && (await this.#openDue())) {
        const cursor = this.#earliest();
        this.#path.receive(cursor.packet);
        if (!cursor.advance()) await this.#moveOn(cursor);
        turn += 1;
        if (turn % packetsPerTurn !== 0) continue;
        control.onProgress?.(this.fileBytes + this.#open.reduce((sum, { fileBytes }) => sum + fileBytes, 0));
        await nextTurn();
        const pause = control.paused?.();
        if (pause !== undefined) await pause;
      }
    } finally {
      for (const cursor of [...this.#open]) this.#close(cursor);
    }
  }

  async #findFirst(names: readonly string[]): Promise<void> {
    for (const name of names) {
      const cursor = await this.#start(name);
      // A pipe can be read only once: it stays open.
      if (name === '-') {
        await this.#moveOn(cursor);
        continue;
      }
      try {
        if (await cursor.read()) this.#waiting.push({ name, firstUs: cursor.packet.atUs });
      } catch (cause) {
        this.#note(name, cause);
      } finally {
        cursor.close();
      }
    }
    this.#waiting.sort((a, b) => a.firstUs - b.firstUs);
  }

  async #start(name: string): Promise<CaptureCursor> {
    const source = await openBytes(name, this.#stdin);
    const cursor = new CaptureCursor(name, source, this.#limits, this.#counter, this.#path.tls.keyLog, this.names);
    if (name === '-') this.#open.push(cursor);
    return cursor;
  }

  /** Opens the files whose time has come; false when nothing is left to read. */
  async #openDue(): Promise<boolean> {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#open.length > 0 && this.#earliest().packet.atUs < next.firstUs) break;
      this.#waiting.shift();
      const cursor = await this.#start(next.name);
      if (next.name !== '-') this.#open.push(cursor);
      await this.#moveOn(cursor);
    }
    return this.#open.length > 0;
  }

  #earliest(): CaptureCursor {
    let earliest = this.#open[0] as CaptureCursor;
    for (const cursor of this.#open) if (cursor.packet.atUs < earliest.packet.atUs) earliest = cursor;
    return earliest;
  }

  /** False when the file is over; what can not be read of it is noted. */
  async #moveOn(cursor: CaptureCursor): Promise<boolean> {
    try {
      if (await cursor.read()) return true;
    } catch (cause) {
      this.#note(cursor.name, cause);
    }
    this.#close(cursor);
    return false;
  }

  #note(name: string, cause: unknown): void {
    const isSystemError = cause instanceof Error && 'syscall' in cause;
    if (!(cause instanceof CaptureError) && !isSystemError) throw cause;
    const error = errorOfFile(name, cause instanceof CaptureError ? cause : readError(name, cause));
    if (noCapture.has(error.code)) throw error;
    this.damage.push({ code: error.code, message: error.message });
  }

  #close(cursor: CaptureCursor): void {
    this.#open = this.#open.filter((open) => open !== cursor);
    this.fileBytes += cursor.fileBytes;
    this.secrets.push(...cursor.secrets);
    cursor.close();
  }
}
