import type { Snapshot, SnapshotRequest, TitleSnapshot } from '../store/snapshot.ts';
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

function titleOf(source: RunningSource, startedAtUs: number): TitleSnapshot {
  const face = source.face();
  const { metrics, store } = source.session;
  const total = metrics.totals(face.nowUs);
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
    replay: face.replay ?? null,
  };
}
