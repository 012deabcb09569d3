import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EngineInput } from '../wire/segment.ts';
import { openBytes, readError, readKeyLog } from './byte-source.ts';
import { CaptureError } from './capture-error.ts';
import { CaptureMerge } from './capture-merge.ts';
import { CaptureReader } from './capture-reader.ts';
import { decompress } from './decompress.ts';
import { HostNames } from './host-names.ts';
import { type CaptureLimits, captureLimits, LimitCounter, type LimitName } from './limits.ts';
import { Packet } from './packet.ts';
import { PacketPath } from './packet-path.ts';
import type { ConnectionTcp } from './tcp-figures.ts';
import { keyLogSecretsType } from './tls/key-log.ts';
import type { ByteSource, CaptureDamage, CaptureStats, UnreadTls } from './types.ts';

export type { ConnectionTcp } from './tcp-figures.ts';
export type { CaptureStats, UnreadTls } from './types.ts';

/** Which capture to read. */
export interface CaptureSourceOptions {
  /** A file, or `-` for standard input. */
  readonly path: string;
  /** More captures to read along with it, all packets in order of time. */
  readonly more?: readonly string[];
  /** What `-` means; the process's own standard input unless given. */
  readonly stdin?: NodeJS.ReadableStream;
  /** Other bounds than the usual ones. */
  readonly limits?: Partial<CaptureLimits>;
  /** A key log (SSLKEYLOGFILE) to decrypt TLS with; secrets in the capture itself are used without asking. */
  readonly keylog?: string;
}

/** How the caller watches, slows down and stops the reading. All of it happens between chunks, never within one. */
export interface CaptureControl {
  /** Bytes of the file read so far, and its size; null for a pipe. */
  onProgress?(readBytes: number, totalBytes: number | null): void;
  /** Aborting ends the reading early: `readCapture` resolves with what was read, `aborted` set. */
  readonly signal?: AbortSignal;
  /** A promise to wait for before the next chunk (a slow reader of the output), or undefined. */
  paused?(): Promise<void> | undefined;
  /** Told of every Kafka connection at its end: how TCP fared on it. */
  onTcp?(figures: ConnectionTcp): void;
  /** Told each time the count of a limit has doubled: how often it was reached so far, and by what time. */
  onLimit?(reached: LimitReached): void;
  /** Told of every TLS connection that could not be read, at its end. */
  onUnreadTls?(unread: UnreadTls): void;
}

/** A limit that was reached. */
export interface LimitReached {
  readonly limit: LimitName;
  readonly count: number;
  /** The limit itself, in the unit its name ends with. */
  readonly max: number;
  readonly atUs: number;
}

/** Bytes parsed before others get a turn: a few milliseconds of small packets. */
const sliceBytes = 262_144;

/** Codes that say there is no capture at all; other errors leave what was read before them. */
const fatalCodes: ReadonlySet<string> = new Set([
  'KS_CAPTURE_EMPTY',
  'KS_CAPTURE_UNKNOWN_FORMAT',
  'KS_CAPTURE_UNSUPPORTED',
]);

/**
 * Reads a capture from beginning to end and gives `onInput` what its Kafka connections say. Resolves with the
 * statistics, also of a capture that is cut or damaged (`truncated`, `damage`); rejects with `CaptureError` when there
 * is nothing to read.
 */
export async function readCapture(
  options: CaptureSourceOptions,
  onInput: (input: EngineInput) => void,
  control: CaptureControl = {},
): Promise<CaptureStats> {
  const keyLog = options.keylog === undefined ? null : await readKeyLog(options.keylog);
  if (options.more !== undefined && options.more.length > 0) return readMerged(options, onInput, control, keyLog);
  const source = await openBytes(options.path, options.stdin ?? process.stdin);
  const run = new CaptureRun({ ...captureLimits, ...options.limits }, onInput, control);
  if (keyLog !== null) run.path.tls.keyLog.add(keyLog);
  const stop = () => source.close();
  control.signal?.addEventListener('abort', stop);
  try {
    await readAll(source, run, control);
    if (control.signal?.aborted !== true) run.end();
  } catch (cause) {
    // A stream destroyed by the abort fails; that is the abort at work, not an error.
    if (control.signal?.aborted !== true) run.stopAt(damageOf(cause, options.path, run));
  } finally {
    control.signal?.removeEventListener('abort', stop);
    source.close();
  }
  return run.finish(control.signal?.aborted === true);
}

/** Several captures as one. */
async function readMerged(
  options: CaptureSourceOptions,
  onInput: (input: EngineInput) => void,
  control: CaptureControl,
  keyLog: string | null,
): Promise<CaptureStats> {
  const limits = { ...captureLimits, ...options.limits };
  const run = new CaptureRun(limits, onInput, control);
  if (keyLog !== null) run.path.tls.keyLog.add(keyLog);
  const merge = new CaptureMerge(run.path, limits, run.path.counter, options.stdin ?? process.stdin);
  await merge.read([options.path, ...(options.more ?? [])], {
    ...(control.signal === undefined ? {} : { signal: control.signal }),
    ...(control.paused === undefined ? {} : { paused: () => control.paused?.() }),
    onProgress: (readBytes) => control.onProgress?.(readBytes, null),
  });
  run.fileBytes = merge.fileBytes;
  const first = merge.damage[0];
  if (first !== undefined)
    run.stopAt({ code: first.code, message: merge.damage.map(({ message }) => message).join('; ') });
  return { ...run.finish(control.signal?.aborted === true), secrets: merge.secrets, hostNames: merge.names.list() };
}

async function readAll(source: ByteSource, run: CaptureRun, control: CaptureControl): Promise<void> {
  for await (const chunk of decompress(run.count(source.chunks))) {
    for (let at = 0; at < chunk.length; at += sliceBytes) {
      if (control.signal?.aborted === true) return;
      run.read(at === 0 && chunk.length <= sliceBytes ? chunk : chunk.subarray(at, at + sliceBytes));
      control.onProgress?.(run.fileBytes, source.totalBytes);
      await nextTurn();
      const pause = control.paused?.();
      if (pause !== undefined) await pause;
    }
    run.reader.settle();
  }
}

/** An error of the file ends the reading; an error of the caller's own callbacks (or ours) is passed on. */
function damageOf(cause: unknown, path: string, run: CaptureRun): CaptureDamage {
  if (!(cause instanceof CaptureError) && !isSystemError(cause)) throw cause;
  const error = cause instanceof CaptureError ? cause : readError(path, cause);
  if (fatalCodes.has(error.code) || (error.code === 'KS_CAPTURE_READ' && run.path.packets === 0)) throw error;
  return { code: error.code, message: error.message };
}

function isSystemError(cause: unknown): boolean {
  return cause instanceof Error && 'syscall' in cause;
}

const noBytes = new Uint8Array(0);

/** The state of one reading. */
class CaptureRun {
  readonly reader: CaptureReader;
  readonly path: PacketPath;
  readonly names: HostNames;
  /** Bytes read from the file so far. */
  fileBytes = 0;
  readonly #packet = new Packet();
  readonly #counter: LimitCounter;
  #damage: CaptureDamage | null = null;

  #secretsTaken = 0;

  constructor(limits: CaptureLimits, onInput: (input: EngineInput) => void, control: CaptureControl) {
    this.#counter = new LimitCounter((limit, count) =>
      control.onLimit?.({ limit, count, max: limits[limit], atUs: this.path.lastPacketUs ?? 0 }),
    );
    this.names = new HostNames(limits, this.#counter);
    this.reader = new CaptureReader(limits, this.#counter, this.names);
    this.path = new PacketPath(
      onInput,
      limits,
      this.#counter,
      (unread) => control.onUnreadTls?.(unread),
      (figures) => control.onTcp?.(figures),
    );
  }

  async *count(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.fileBytes += chunk.length;
      yield chunk;
    }
  }

  read(bytes: Uint8Array): void {
    this.reader.push(bytes);
    while (this.reader.next(this.#packet)) {
      if (this.reader.secrets.length > this.#secretsTaken) this.#takeSecrets();
      this.path.receive(this.#packet);
    }
  }

  /** The file was read to its end: takes what only its end proves, then throws where it is damaged. */
  end(): void {
    this.reader.finish();
    this.read(noBytes);
    this.reader.end();
  }

  #takeSecrets(): void {
    for (const { secretsType, bytes } of this.reader.secrets.slice(this.#secretsTaken)) {
      if (secretsType === keyLogSecretsType) this.path.tls.keyLog.add(Buffer.from(bytes).toString('latin1'));
    }
    this.#secretsTaken = this.reader.secrets.length;
  }

  stopAt(damage: CaptureDamage): void {
    this.#damage = damage;
  }

  finish(aborted: boolean): CaptureStats {
    const { path } = this;
    path.end();
    return {
      packets: path.packets,
      bytes: path.bytes,
      fileBytes: this.fileBytes,
      tcpConnections: path.table.connections,
      kafkaConnections: path.recogniser.kafkaConnections,
      notKafkaConnections: path.recogniser.notKafka.connections,
      notKafka: path.recogniser.notKafka.list(),
      gaps: path.table.totals.gaps,
      missingBytes: path.table.totals.missingBytes,
      repeatedBytes: path.table.totals.repeatedBytes,
      lateSegments: path.table.totals.lateSegments,
      unalignedBytes: path.recogniser.unalignedBytes,
      truncated: this.#damage !== null,
      damage: this.#damage,
      aborted,
      skippedPackets: path.skippedPackets(),
      cutPackets: path.cutPackets,
      firstPacketUs: path.firstPacketUs,
      lastPacketUs: path.lastPacketUs,
      limitsReached: this.#counter.counts(),
      secrets: this.reader.secrets,
      hostNames: this.names.list(),
      tls: path.tls.stats(),
      tcp: path.tcp.stats(),
    };
  }
}
