import { describe, expect, it } from 'vitest';
import { TcpMeter } from '../../src/capture/tcp-meter.ts';

describe('TcpMeter', () => {
  it('times one segment at a time, from its bytes to their acknowledgment', () => {
    const meter = new TcpMeter();
    meter.sent(100, 100, 1_000);
    meter.sent(200, 100, 1_500); // not timed: one is on its way
    meter.acknowledged(50, 1_600); // not yet
    meter.acknowledged(200, 1_800);
    meter.sent(300, 100, 10_000);
    meter.acknowledged(300, 10_200);
    meter.sent(400, 100, 20_000);
    meter.acknowledged(400, 20_260);
    expect(meter.figures(30_000)).toMatchObject({ segments: 4, bytes: 400, roundTrip: { count: 3, minUs: 200 } });
    const median = meter.figures(30_000).roundTrip?.medianUs ?? 0;
    expect(Math.abs(median - 260) / 260).toBeLessThanOrEqual(0.125);
  });

  it('keeps medians within an eighth, from nothing to a minute', () => {
    for (const us of [0, 1, 3, 4, 7, 100, 999, 12_345, 1_000_000, 59_000_000]) {
      const meter = new TcpMeter();
      for (let index = 0; index < 3; index += 1) {
        meter.sent(index, 1, 1_000_000);
        meter.acknowledged(index, 1_000_000 + us);
      }
      const median = meter.figures(0).roundTrip?.medianUs ?? -1;
      expect(Math.abs(median - us)).toBeLessThanOrEqual(us / 8);
    }
  });

  it('does not time what was sent again: nobody knows which copy was acknowledged (Karn)', () => {
    const meter = new TcpMeter();
    meter.sent(100, 100, 1_000);
    meter.sentAgain(100);
    meter.acknowledged(100, 5_000);
    expect(meter.figures(0)).toMatchObject({ roundTrip: null, retransmittedSegments: 1, retransmittedBytes: 100 });
  });

  it('tells packets that changed places from one that was lost and sent again', () => {
    const meter = new TcpMeter();
    meter.filledHole(10, 2_000);
    meter.filledHole(10, 200_000);
    expect(meter.figures(0)).toMatchObject({ outOfOrderSegments: 1, retransmittedSegments: 1 });
  });

  it('adds up the time a window was closed, also one that still is', () => {
    const meter = new TcpMeter();
    meter.saw(1, 1, 0, 500, 1, 1_000);
    meter.saw(1, 1, 0, 0, 2, 2_000);
    meter.saw(1, 1, 0, 0, 3, 3_000);
    meter.saw(1, 1, 0, 500, 4, 5_000);
    meter.saw(1, 1, 0, 0, 5, 6_000);
    expect(meter.figures(6_500)).toMatchObject({ zeroWindows: 2, zeroWindowUs: 3_500 });
  });

  it('knows a packet captured twice by all its numbers, and counts it for nothing else', () => {
    const meter = new TcpMeter();
    expect(meter.saw(1, 1, 10, 500, 77, 1_000)).toBe(false);
    expect(meter.saw(1, 1, 10, 500, 77, 1_010)).toBe(true);
    meter.sentAgain(10);
    expect(meter.saw(1, 1, 10, 500, 78, 1_020)).toBe(false); // another identification: sent again
    meter.sentAgain(10);
    expect(meter.figures(0)).toMatchObject({ capturedTwice: 1, retransmittedSegments: 1 });
  });
});
