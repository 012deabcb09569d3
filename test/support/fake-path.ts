import type { ConnectionFigures, ListenerFigures } from '../../src/metrics/metrics-snapshot.ts';
import type { PathRequest, PathSnapshot, TitleSnapshot } from '../../src/store/snapshot.ts';
import { pathFactsOf } from './metric-source.ts';

/** Open connections of the fake run. */
export const fakeConnections = 37;

const hostile = '\u001b]0;owned\u0007\u001b[31mred\u202egnp\u200b';

/** Connection `id` of the fake run; every fifth speaks TLS and SASL, one is hostile. */
export function fakeConnection(id: number): ConnectionFigures {
  const secure = id % 5 === 0;
  return {
    id,
    client: `127.0.0.1:${52_100 + id}`,
    broker: `127.0.0.1:${19_092 + (id % 3)}`,
    nodeId: id % 7 === 0 ? null : (id % 3) + 1,
    openedAtUs: 0,
    tls: secure ? 'TLSv1.3 TLS_AES_256_GCM_SHA384' : null,
    saslMechanism: secure ? 'SCRAM-SHA-512' : null,
    principal: secure ? 'User:orders' : null,
    software: null,
    clientId: id === 3 ? hostile : 'orders-svc',
    requests: id * 1_000,
    inFlight: id % 4,
    requestBytes: id * 12_345,
    responseBytes: id * 1_234_567,
  };
}

/** A listener of the fake run. */
export function fakeListener(nodeId: number | null, different: Partial<ListenerFigures> = {}): ListenerFigures {
  return {
    nodeId,
    controller: false,
    address: `127.0.0.1:${19_092 + (nodeId ?? 0)}`,
    upstream: nodeId === null ? 'broker:9092' : `b${nodeId}.int:9092`,
    state: 'reached',
    failure: null,
    failures: 0,
    connections: 12,
    ...different,
  };
}

/** What the fake run says of its path. */
export function fakePath(request: PathRequest, mode: TitleSnapshot['mode'] = 'proxy'): PathSnapshot {
  const from = Math.max(0, Math.min(request.from, fakeConnections - request.count));
  const rows: ConnectionFigures[] = [];
  for (let at = from; at < Math.min(fakeConnections, from + request.count); at += 1) rows.push(fakeConnection(at + 1));
  const { keep } = request;
  const keptAt = keep !== null && keep >= 1 && keep <= fakeConnections ? keep - 1 : null;
  const isCapture = mode === 'replay';
  return {
    facts: isCapture ? null : pathFactsOf(),
    capture: isCapture
      ? {
          packets: 48_000,
          missingBytes: 1_460,
          cutPackets: 3,
          damage: null,
          gaps: 2,
          notKafka: 1,
          incompleteFrames: 4,
          orphans: 5,
          abandoned: 6,
        }
      : null,
    losses: { history: 0, lines: 0, labels: 0 },
    undecoded: { 'unknown-api': 3 },
    listeners: isCapture
      ? []
      : [
          fakeListener(null),
          fakeListener(1),
          fakeListener(2, { state: 'failed', failure: `b2.int:9092 refuses connections.${hostile}`, connections: 0 }),
          fakeListener(3, { state: 'unused', connections: 0 }),
        ],
    connections: { total: fakeConnections, unlisted: 0, from, rows, keptAt },
    metricsUrl: isCapture ? null : 'http://127.0.0.1:9464/metrics',
  };
}
