import { describe, expect, it } from 'vitest';
import { pathJson } from '../../src/export/path-json.ts';
import { pathFactsOf } from '../support/metric-source.ts';

describe('the path of a summary', () => {
  it('is plain JSON with its units in its names', () => {
    const facts = pathFactsOf({ versionCaps: [{ apiKey: 1, offeredMax: 19, cappedMax: 18, count: 2 }] });
    expect(JSON.parse(JSON.stringify(pathJson(facts)))).toEqual({
      verdict: 'innocent',
      sentence: expect.stringContaining('nothing was changed but'),
      bytes: facts.bytes,
      rewrites: { 'addresses-rewritten': 12, 'addresses-hidden': 3 },
      rewriteDeltaBytes: 36,
      versionCaps: [{ api: 'Fetch', apiKey: 1, offeredMax: 19, cappedMax: 18, count: 2 }],
      audited: 9,
      unbalanced: 0,
      addedUs: { count: 10, p50: 80, p99: 11_000, p999: 11_000, max: 11_000 },
      inspectedFrames: 48_210,
      skippedFrames: 0,
      skippedBytes: 0,
      refused: {},
    });
  });

  it('calls what was not measured null', () => {
    expect(pathJson(pathFactsOf({ addedUs: { buckets: [], max: 0 } }))).toMatchObject({ addedUs: null });
  });
});
