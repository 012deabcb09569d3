import { basename } from 'node:path';
import { type CaptureStats, type ConnectionTcp, readCapture, type UnreadTls } from '../capture/source.ts';
import type { TrafficEvent } from '../exchange/event.ts';
import { keepHeapSmall } from './heap-growth.ts';
import type { CaptureRunConfig } from './run-config.ts';
import type { RunningSource, SourceFace } from './source.ts';
import type { TrafficSession } from './traffic-session.ts';

/** Reads a capture into the session. `paused` holds the reader while whoever prints is slow. */
export function startCaptureRun(
  config: CaptureRunConfig,
  session: TrafficSession,
  paused?: () => Promise<void> | undefined,
): RunningSource {
  keepHeapSmall();
  const abort = new AbortController();
  let stats: CaptureStats | null = null;
  let reading: SourceFace['reading'] = { readBytes: 0, totalBytes: null };
  const read = async () => {
    const keylog = config.keylog == null ? {} : { keylog: config.keylog };
    const more = config.more ?? [];
    stats = await readCapture({ path: config.path, more, ...keylog }, (input) => session.receive(input), {
      signal: abort.signal,
      onTcp: (figures) => session.event(tcpEvent(figures)),
      onUnreadTls: (unread) => session.event(unreadTlsEvent(unread)),
      onProgress: (readBytes, totalBytes) => {
        reading = { readBytes, totalBytes };
      },
      ...(paused === undefined ? {} : { paused }),
    });
    reading = null;
    // The source also counts losses that the engine is spared, such as a stream's missing first bytes.
    session.summary.gaps = Math.max(session.summary.gaps, stats.gaps);
    return { packets: stats.packets, bytes: stats.bytes };
  };
  const ended = read();
  const close = async () => {
    abort.abort();
    await ended.catch(() => undefined);
  };
  return {
    session,
    ended,
    captureStats: () => stats,
    face: () => ({
      mode: 'replay',
      source: nameOf(config),
      notice: noticeOf(stats, session),
      reading,
      finished: stats !== null,
      nowUs: session.lastUs,
    }),
    drain: close,
    close,
  };
}

function nameOf({ path, more }: CaptureRunConfig): string {
  const first = path === '-' ? 'standard input' : basename(path);
  return more === undefined || more.length === 0 ? first : `${first} and ${more.length} more`;
}

/** A TLS connection without keys as an event: it has no number, since the engine never saw it as Kafka. */
function unreadTlsEvent({ atUs, ...detail }: UnreadTls): TrafficEvent {
  return { kind: 'event', atUs, event: 'tls-unread', connection: null, detail };
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
    return stats.damage === null ? null : `Read as far as possible: ${stats.damage.message}`;
  }
  const largest = stats.notKafka[0];
  const seen =
    largest === undefined
      ? 'and none carries payload'
      : `the largest is ${largest.endpoint} (${largest.looksLike}, ${largest.bytes} bytes)`;
  const missing = stats.tls.message === null ? '' : ` ${stats.tls.unread} connections: ${stats.tls.message}`;
  return `No Kafka in the clear: ${stats.packets} packets, ${stats.tcpConnections} TCP connections, ${seen}.${missing}`;
}
