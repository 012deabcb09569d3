import { describe, expect, it } from 'vitest';
import { addedTime, inspectedShare, pathSentence, pathVerdict, rewriteWords } from '../../src/metrics/path-verdict.ts';
import { pathFactsOf } from '../support/metric-source.ts';

describe('the verdict on the proxy', () => {
  it('is innocent when every ended connection adds up', () => {
    expect(pathVerdict(pathFactsOf())).toEqual({
      kind: 'innocent',
      sentence:
        'nothing was changed but: 12 × addresses rewritten, 3 × addresses hidden (+36 bytes); all 9 ended connections add up to the byte',
    });
    expect(pathVerdict(pathFactsOf({ rewrites: {}, rewriteDeltaBytes: 0, audited: 1 })).sentence).toBe(
      'nothing was changed; the one connection that ended adds up to the byte',
    );
  });

  it('is guilty when one does not, whatever else is well', () => {
    const verdict = pathVerdict(pathFactsOf({ unbalanced: 1 }));
    expect(verdict.kind).toBe('guilty');
    expect(verdict.sentence).toMatch(/^BYTES DO NOT ADD UP on 1 of 9/);
  });

  it('is open while nothing could be checked', () => {
    expect(pathVerdict(pathFactsOf({ audited: 0 }))).toMatchObject({ kind: 'open' });
    const none = { fromClient: 0, toBroker: 0, fromBroker: 0, toClient: 0 };
    expect(pathVerdict(pathFactsOf({ bytes: none })).sentence).toBe('no byte has passed yet');
  });

  it('names shorter responses, too, and leaves out kinds that did not happen', () => {
    const facts = pathFactsOf({ rewrites: { 'addresses-rewritten': 2, 'versions-capped': 0 }, rewriteDeltaBytes: -8 });
    expect(rewriteWords(facts)).toBe('2 × addresses rewritten (-8 bytes)');
  });

  it('knows the share that was looked at, and does not call nothing everything', () => {
    expect(inspectedShare(pathFactsOf({ inspectedFrames: 40, skippedFrames: 60 }))).toBe(0.4);
    expect(inspectedShare(pathFactsOf({ inspectedFrames: 0 }))).toBeNull();
  });

  it('knows the time added, and does not call unmeasured zero', () => {
    expect(addedTime(pathFactsOf())).toMatchObject({ count: 10, maxUs: 11_000 });
    expect(addedTime(pathFactsOf({ addedUs: { buckets: [], max: 0 } }))).toBeNull();
  });

  it('ends a log with one sentence', () => {
    expect(pathSentence(pathFactsOf())).toMatch(
      /^nothing was changed but: .*added \d+ µs \(p50\), .*every frame was looked at\.$/,
    );
    const sentence = pathSentence(
      pathFactsOf({ addedUs: { buckets: [], max: 0 }, skippedFrames: 60, skippedBytes: 999 }),
    );
    expect(sentence).toContain('was not measured');
    expect(sentence).toContain('60 frames (999 bytes) passed without being looked at');
  });
});
