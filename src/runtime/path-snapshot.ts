import type { CaptureFacts, PathRequest, PathSnapshot } from '../store/snapshot.ts';
import type { RunningSource } from './source.ts';

/** What the Proxy screen shows of a run. Costs the visible connections, and a count of all. */
export function pathSnapshot(source: RunningSource, request: PathRequest): PathSnapshot {
  const { session } = source;
  const { exported } = session.metrics;
  const facts = source.face().path;
  return {
    facts,
    capture: facts === null ? captureFacts(source) : null,
    losses: { ...session.losses(), labels: exported.foldedLabels() },
    undecoded: Object.fromEntries(exported.undecoded().map(({ labels, value }) => [labels[0] ?? '', value])),
    listeners: session.pathLog.listeners(exported.connections.byNode()),
    connections: exported.connections.window(request.from, request.count, request.keep),
    metricsUrl: session.pathLog.metricsUrl,
  };
}

function captureFacts(source: RunningSource): CaptureFacts {
  const { summary } = source.session;
  const stats = source.captureStats?.() ?? null;
  const { exchanges } = summary.facts({ packets: null, bytes: 0, byApi: {} });
  return {
    packets: stats?.packets ?? null,
    missingBytes: stats?.missingBytes ?? null,
    cutPackets: stats?.cutPackets ?? null,
    damage: stats?.damage?.message ?? null,
    gaps: summary.gaps,
    notKafka: summary.notKafka,
    incompleteFrames: summary.incompleteFrames,
    orphans: exchanges.orphan ?? 0,
    abandoned: exchanges.abandoned ?? 0,
  };
}
