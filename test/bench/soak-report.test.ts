import { describe, expect, it } from 'vitest';
import { marksOf, type ResidentSample, residentAt, slopePerMinute } from '../../bench/soak-report.ts';

/** One sample each 10 s for so many seconds. */
function samplesOf(seconds: number, megabytesAt: (atSeconds: number) => number): ResidentSample[] {
  const samples: ResidentSample[] = [];
  for (let atSeconds = 0; atSeconds <= seconds; atSeconds += 10) {
    samples.push({ atSeconds, megabytes: megabytesAt(atSeconds) });
  }
  return samples;
}

describe('the moments a soak shows', () => {
  it('are the first minute, each fifth, and the end once', () => {
    expect(marksOf(30)).toEqual([1, 5, 10, 15, 20, 25, 30]);
    expect(marksOf(12)).toEqual([1, 5, 10, 12]);
    expect(marksOf(2)).toEqual([1, 2]);
    expect(marksOf(1)).toEqual([1]);
    expect(marksOf(0.05)).toEqual([0.05]);
  });
});

describe('memory at a minute', () => {
  it('is that of the last sample until then', () => {
    const samples = samplesOf(120, (atSeconds) => atSeconds);
    expect(residentAt(samples, 1)).toBe(60);
    expect(residentAt(samples, 1.1)).toBe(60);
    expect(residentAt(samples, 9)).toBe(120);
  });

  it('is unknown before the first', () => {
    expect(residentAt([], 1)).toBeNaN();
    expect(residentAt([{ atSeconds: 61, megabytes: 5 }], 1)).toBeNaN();
  });
});

describe('the slope', () => {
  it('is that of the second half: a start that fills buffers does not count', () => {
    const samples = samplesOf(600, (atSeconds) => (atSeconds < 300 ? atSeconds : 300));
    expect(slopePerMinute(samples)).toBeCloseTo(0);
  });

  it('is in megabytes a minute, up or down', () => {
    expect(slopePerMinute(samplesOf(600, (atSeconds) => 100 + atSeconds / 30))).toBeCloseTo(2);
    expect(slopePerMinute(samplesOf(600, (atSeconds) => 100 - atSeconds / 60))).toBeCloseTo(-1);
  });

  it('does not follow a wave around a level as far as its ends do', () => {
    const samples = samplesOf(600, (atSeconds) => 100 + ((atSeconds / 10) % 2 === 0 ? 10 : -10));
    expect(Math.abs(slopePerMinute(samples))).toBeLessThan(0.5);
  });

  it('is unknown for fewer than two moments', () => {
    expect(slopePerMinute([])).toBeNaN();
    expect(slopePerMinute([{ atSeconds: 0, megabytes: 1 }])).toBeNaN();
  });
});
