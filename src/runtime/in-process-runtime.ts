import type { Findings } from '../insight/findings.ts';
import { inspectedShare } from '../metrics/path-verdict.ts';
import type { FindingsSnapshot, Snapshot, SnapshotRequest, TitleSnapshot } from '../store/snapshot.ts';
import { pathSnapshot } from './path-snapshot.ts';
import type { Runtime, RuntimeCommand } from './runtime.ts';
import type { RunningSource } from './source.ts';

/** Answers snapshots and commands in the thread of the source itself. */
export function inProcessRuntime(source: RunningSource, startedAtUs: number): Runtime {
  return {
    ended: source.ended.then(() => undefined),
    close: () => source.close(),
    async snapshot(request: SnapshotRequest): Promise<Snapshot> {
      const { session } = source;
      const title = titleOf(source, startedAtUs);
      const { detail } = request;
      return {
        title,
        list: request.list === null || session.store === null ? null : session.store.list(request.list, title.nowUs),
        detail: detail === null || session.store === null ? null : session.store.detail(detail.seq, detail.records),
        overview: request.overview ? session.metrics.snapshot(title.nowUs) : null,
        findings: request.findings === true ? findingsOf(session.doctor.findings) : null,
        path: request.path == null ? null : pathSnapshot(source, request.path),
      };
    },
    async command(command: RuntimeCommand): Promise<void> {
      switch (command.kind) {
        case 'mark':
          source.session.store?.mark(command.seq, command.marked);
          return;
        case 'clear':
          source.session.store?.clear();
          return;
        case 'replay':
          if (source.replay === undefined) throw new Error('only a capture can be played; this traffic is live');
          await source.replay(command.action);
          return;
        case 'stop':
          await source.close();
          return;
        default:
          command satisfies never;
      }
    },
  };
}

function findingsOf(findings: Findings): FindingsSnapshot {
  return { rows: findings.list(), omitted: findings.omitted };
}

function titleOf(source: RunningSource, startedAtUs: number): TitleSnapshot {
  const face = source.face();
  const { metrics, store } = source.session;
  const total = metrics.totals(face.nowUs);
  const recording = source.recording?.();
  return {
    mode: face.mode,
    source: face.source,
    startedAtUs,
    nowUs: face.nowUs,
    exchanges: store === null ? total.requests : store.history.endSeq - 1,
    kept: store?.history.size ?? 0,
    droppedExchanges: store?.history.dropped ?? 0,
    historyBytes: store?.history.bytes ?? 0,
    historyBytesMax: store?.history.bytesMax ?? 0,
    requestsPerSecond: total.rate10s,
    p99Us: total.latency.p99Us,
    errorShare: total.responses === 0 ? null : total.errors / total.responses,
    connections: metrics.openConnections,
    notice: face.notice,
    reading: face.reading,
    finished: face.finished,
    inspectedShare: face.path === null ? null : inspectedShare(face.path),
    unbalancedConnections: face.path?.unbalanced ?? 0,
    replay: face.replay ?? null,
    findings: source.session.doctor.findings.counts(),
    ...(recording === undefined ? {} : { recording }),
  };
}
