import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import {
  type CaptureStats,
  type ConnectionTcp,
  type LimitReached,
  readCapture,
  type UnreadTls,
} from '../capture/source.ts';
import type { TrafficEvent } from '../exchange/event.ts';
import { limitSentence, losesTraffic } from '../export/limit-sentence.ts';
import { nowUs } from '../proxy/clock.ts';
import type { EngineInput } from '../wire/segment.ts';
import { HeapGrowth } from './heap-growth.ts';
import { ReplayClock } from './replay-clock.ts';
import { ReplayPlayer } from './replay-player.ts';
import type { CaptureRunConfig, SourceEnd } from './run-config.ts';
import type { RunningSource, SourceFace } from './source.ts';
import type { TrafficSession } from './traffic-session.ts';

/** One reading of a capture, from its beginning to its end or until it is stopped. */
interface Reading {
  readonly session: TrafficSession;
  readonly player: ReplayPlayer | null;
  readonly ended: Promise<SourceEnd>;
  stats: CaptureStats | null;
  progress: SourceFace['reading'];
  stop(): Promise<void>;
}

/**
 * Reads a capture into a session. `paused` holds the reader while whoever prints is slow. With a `speed` the capture
 * has a clock that can be moved; going back in time means reading anew into another session.
 */
export function startCaptureRun(
  config: CaptureRunConfig,
  newSession: () => TrafficSession,
  paused?: () => Promise<void> | undefined,
): RunningSource {
  const clock = config.speed === undefined ? null : new ReplayClock(config.speed);
  let reading = read(config, newSession(), clock, paused);
  let changing: Promise<void> | null = null;
  const first = reading.ended;
  const readAnew = async () => {
    const before = reading;
    await before.stop();
    reading = read(config, newSession(), clock, paused);
    reading.session.store?.takeMarks(before.session.store);
    reading.ended.catch(() => undefined);
  };
  return {
    get session() {
      return reading.session;
    },
    ended: first,
    captureStats: () => reading.stats,
    face: () => ({
      mode: 'replay',
      source: nameOf(config),
      notice: noticeOf(reading.stats, reading.session),
      reading: reading.progress,
      finished: reading.stats !== null,
      nowUs: reading.session.lastUs,
      path: null,
      replay: reading.player?.face() ?? null,
    }),
    async replay(action) {
      await changing;
      if (reading.player === null) throw new Error('this run has no clock: it was not started by replay');
      const isBehind = reading.player.act(action);
      if (!isBehind) return;
      if (config.path === '-')
        throw new Error('a capture from a pipe cannot be read again; save it to a file to go back in it');
      changing = readAnew().finally(() => {
        changing = null;
      });
      await changing;
    },
    drain: () => reading.stop(),
    close: () => reading.stop(),
  };
}

function read(
  config: CaptureRunConfig,
  session: TrafficSession,
  clock: ReplayClock | null,
  paused?: () => Promise<void> | undefined,
): Reading {
  const abort = new AbortController();
  const player = clock === null ? null : newPlayer(clock, session);
  const give =
    player === null ? (input: EngineInput) => session.receive(input) : (input: EngineInput) => player.push(input);
  const wait = () => player?.paused() ?? paused?.();
  const heap = new HeapGrowth();
  const readAll = async () => {
    const keylog = config.keylog == null ? {} : { keylog: config.keylog };
    const from = {
      path: config.path,
      more: config.more ?? [],
      ...(config.path === '-' ? standardInput() : {}),
      ...keylog,
    };
    const stats = await readCapture(from, give, {
      signal: abort.signal,
      onLimit: (reached) => session.event(limitEvent(reached)),
      onTcp: (figures) => session.event(tcpEvent(figures)),
      onUnreadTls: (unread) => session.event(unreadTlsEvent(unread)),
      onProgress: (readBytes, totalBytes) => {
        heap.look();
        reading.progress = { readBytes, totalBytes };
      },
      ...(paused === undefined && player === null ? {} : { paused: wait }),
    });
    // What the end of the capture let go waits for its time as well.
    for (let pause = wait(); pause !== undefined && !abort.signal.aborted; pause = wait()) await pause;
    player?.end();
    reading.progress = null;
    reading.stats = stats;
    // The source also counts losses that the engine is spared, such as a stream's missing first bytes.
    session.summary.sourceLimits = stats.limitsReached;
    session.summary.gaps = Math.max(session.summary.gaps, stats.gaps);
    return { packets: stats.packets, bytes: stats.bytes };
  };
  const ended = Promise.withResolvers<SourceEnd>();
  const reading: Reading = {
    session,
    player,
    stats: null,
    progress: { readBytes: 0, totalBytes: null },
    ended: ended.promise,
    async stop() {
      abort.abort();
      player?.stop();
      await ended.promise.catch(() => undefined);
    },
  };
  readAll().then(ended.resolve, ended.reject);
  return reading;
}

/** A worker's own `process.stdin` is fed by its parent; the file behind it is everybody's. */
function standardInput(): { stdin?: NodeJS.ReadableStream } {
  return isMainThread ? {} : { stdin: createReadStream('', { fd: 0, autoClose: false }) };
}

function newPlayer(clock: ReplayClock, session: TrafficSession): ReplayPlayer {
  return new ReplayPlayer(clock, {
    nowUs,
    after(ms, callback) {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    tell: (input) => session.receive(input),
    completed: () => session.summary.requests + session.summary.responses,
  });
}

function nameOf({ path, more }: CaptureRunConfig): string {
  const first = path === '-' ? 'standard input' : basename(path);
  return more === undefined || more.length === 0 ? first : `${first} and ${more.length} more`;
}

/** A TLS connection without keys as an event: it has no number, since the engine never saw it as Kafka. */
function unreadTlsEvent({ atUs, ...detail }: UnreadTls): TrafficEvent {
  return { kind: 'event', atUs, event: 'tls-unread', connection: null, detail };
}

/** A limit of the reader, as an event: whatever lies beyond it is not read. */
function limitEvent({ atUs, limit, count, max }: LimitReached): TrafficEvent {
  return { kind: 'event', atUs, event: 'capture-limit', connection: null, detail: { limit, count, max } };
}

/** How TCP fared on a connection, as an event right before its end. */
function tcpEvent({ connection, atUs, handshake, client, broker }: ConnectionTcp): TrafficEvent {
  const detail: Record<string, number | null> = {
    handshakeBrokerUs: handshake?.brokerUs ?? null,
    handshakeClientUs: handshake?.clientUs ?? null,
  };
  for (const [side, figures] of [['client', client] as const, ['broker', broker] as const]) {
    detail[`${side}RoundTripMinUs`] = figures.roundTrip?.minUs ?? null;
    detail[`${side}RoundTripMedianUs`] = figures.roundTrip?.medianUs ?? null;
    detail[`${side}Segments`] = figures.segments;
    detail[`${side}RetransmittedSegments`] = figures.retransmittedSegments;
    detail[`${side}RetransmittedBytes`] = figures.retransmittedBytes;
    detail[`${side}OutOfOrderSegments`] = figures.outOfOrderSegments;
    detail[`${side}DuplicateAcks`] = figures.duplicateAcks;
    detail[`${side}ZeroWindows`] = figures.zeroWindows;
    detail[`${side}ZeroWindowUs`] = figures.zeroWindowUs;
    detail[`${side}ConflictingBytes`] = figures.conflictingBytes;
  }
  return { kind: 'event', atUs, event: 'connection-tcp', connection, detail };
}

function noticeOf(stats: CaptureStats | null, session: TrafficSession): string | null {
  if (stats === null) return session.summary.requests === 0 ? 'Reading the capture; no Kafka seen so far.' : null;
  if (session.summary.requests + session.summary.responses > 0) {
    if (stats.damage !== null) return `Read as far as possible: ${stats.damage.message}`;
    const loss = Object.entries(session.summary.limitsReached).find(([limit]) => losesTraffic(limit));
    return loss === undefined ? null : limitSentence(...loss);
  }
  const largest = stats.notKafka[0];
  const seen =
    largest === undefined
      ? 'and none carries payload'
      : `the largest is ${largest.endpoint} (${largest.looksLike}, ${largest.bytes} bytes)`;
  const missing = stats.tls.message === null ? '' : ` ${stats.tls.unread} connections: ${stats.tls.message}`;
  return `No Kafka in the clear: ${stats.packets} packets, ${stats.tcpConnections} TCP connections, ${seen}.${missing}`;
}
