import { describe, expect, it } from 'vitest';
import { Histogram } from '../../../src/metrics/histogram.ts';
import type { PathFacts } from '../../../src/metrics/path-facts.ts';
import { retiredFacts, sumPathFacts } from '../../../src/runtime/data-plane/path-facts-sum.ts';

function facts(base: number, addedUs: number): PathFacts {
  const histogram = new Histogram();
  histogram.record(addedUs);
  return {
    bytes: { fromClient: base, toBroker: base + 1, fromBroker: base + 2, toClient: base + 3 },
    rewrites: { 'addresses-rewritten': base },
    rewriteDeltaBytes: base + 4,
    versionCaps: [{ apiKey: 0, offeredMax: 12, cappedMax: 11, count: base }],
    audited: base + 5,
    unbalanced: base + 6,
    addedUs: histogram.save(),
    skippedFrames: base + 7,
    skippedBytes: base + 8,
    inspectedFrames: base + 9,
    refused: { 'max-connections': base },
    connections: { open: base },
    draining: base === 20,
    upstreamReached: base === 0,
  };
}

describe('facts of several data paths', () => {
  it('add up, field by field', () => {
    const sum = sumPathFacts(facts(0, 3), [facts(10, 1000), facts(20, 8)]);
    expect(sum).toMatchObject({
      bytes: { fromClient: 30, toBroker: 33, fromBroker: 36, toClient: 39 },
      rewrites: { 'addresses-rewritten': 30 },
      rewriteDeltaBytes: 42,
      versionCaps: [{ apiKey: 0, offeredMax: 12, cappedMax: 11, count: 30 }],
      audited: 45,
      unbalanced: 48,
      skippedFrames: 51,
      skippedBytes: 54,
      inspectedFrames: 57,
      refused: { 'max-connections': 30 },
      connections: { open: 30 },
      draining: true,
      upstreamReached: true,
    });
    expect(Histogram.load(sum.addedUs)).toMatchObject({ count: 3, max: 1000 });
  });

  it('of a thread that is gone have no connections any more', () => {
    const retired = retiredFacts(facts(20, 1));
    expect(retired).toMatchObject({ connections: {}, draining: false, audited: 25 });
  });
});
