import { Histogram } from '../../metrics/histogram.ts';
import type { PathFacts, VersionCap } from '../../metrics/path-facts.ts';

/** What several data paths did, as if they were one. `parts[0]` is the leader's: it knows the upstream. */
export function sumPathFacts(leader: PathFacts, others: readonly PathFacts[]): PathFacts {
  const parts = [leader, ...others];
  const addedUs = new Histogram();
  for (const part of parts) {
    const saved = Histogram.load(part.addedUs);
    if (saved !== null) addedUs.merge(saved);
  }
  const sum = (of: (part: PathFacts) => number) => parts.reduce((total, part) => total + of(part), 0);
  return {
    bytes: {
      fromClient: sum(({ bytes }) => bytes.fromClient),
      toBroker: sum(({ bytes }) => bytes.toBroker),
      fromBroker: sum(({ bytes }) => bytes.fromBroker),
      toClient: sum(({ bytes }) => bytes.toClient),
    },
    rewrites: sumCounts(parts.map(({ rewrites }) => rewrites)),
    rewriteDeltaBytes: sum((part) => part.rewriteDeltaBytes),
    versionCaps: sumCaps(parts),
    audited: sum((part) => part.audited),
    unbalanced: sum((part) => part.unbalanced),
    addedUs: addedUs.save(),
    skippedFrames: sum((part) => part.skippedFrames),
    skippedBytes: sum((part) => part.skippedBytes),
    inspectedFrames: sum((part) => part.inspectedFrames),
    refused: sumCounts(parts.map(({ refused }) => refused)),
    connections: sumCounts(parts.map(({ connections }) => connections)),
    draining: parts.some(({ draining }) => draining),
    upstreamReached: leader.upstreamReached,
  };
}

/** What a thread that is no more had done: its connections are gone. */
export function retiredFacts(facts: PathFacts): PathFacts {
  return { ...facts, connections: {}, draining: false };
}

function sumCounts(all: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const total: Record<string, number> = {};
  for (const counts of all) {
    for (const [name, count] of Object.entries(counts)) total[name] = (total[name] ?? 0) + count;
  }
  return total;
}

function sumCaps(parts: readonly PathFacts[]): readonly VersionCap[] {
  const caps = new Map<number, VersionCap>();
  for (const { versionCaps } of parts) {
    for (const cap of versionCaps) {
      const before = caps.get(cap.apiKey)?.count ?? 0;
      caps.set(cap.apiKey, { ...cap, count: before + cap.count });
    }
  }
  return [...caps.values()];
}
