import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameSearch, type FrameVerdict, searchBytesMax } from '../../src/wire/frame-search.ts';

/** Sure where "KAFKA..." stands whole, undecided while it is cut. */
const judge = (window: Uint8Array, at: number): FrameVerdict => {
  if (window[at] !== 0x4b) return 'no';
  return at + 12 <= window.length ? 'sure' : 'undecided';
};
const frame = Buffer.from('KAFKA-FRAME!');

describe('FrameSearch', () => {
  it('finds the frame wherever it begins and however its bytes arrive, and keeps their times', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.integer({ min: 1, max: 20 }), fc.nat(30), (before, size, behind) => {
        const stream = Buffer.concat([Buffer.alloc(before, 1), frame, Buffer.alloc(behind, 2)]);
        const search = new FrameSearch(judge);
        for (let at = 0; at < stream.length; at += size) {
          if (!search.receive(stream.subarray(at, at + size), at)) continue;
          const pieces = search.take();
          const seen = Math.min(at + size, stream.length);
          expect(Buffer.concat(pieces.map(({ bytes }) => bytes))).toEqual(stream.subarray(before, seen));
          expect(search.skippedBytes).toBe(before);
          expect(pieces[0]?.atUs).toBe(Math.floor(before / size) * size);
          return;
        }
        expect.unreachable();
      }),
    );
  });

  it('says where packets begin', () => {
    const starts: number[] = [];
    const search = new FrameSearch((_window, at, segmentStart) => {
      if (segmentStart) starts.push(at);
      return 'no';
    });
    for (const length of [20, 9, 30]) search.receive(new Uint8Array(length), 1);
    expect(starts).toEqual([0, 20, 29]);
  });

  it('a second loss ends what was undecided', () => {
    const search = new FrameSearch(judge);
    expect(search.receive(frame.subarray(0, 10), 1)).toBe(false);
    search.gap();
    expect(search.receive(Buffer.alloc(40, 1), 2)).toBe(false);
    expect(search.receive(frame, 3)).toBe(true);
    expect(search.skippedBytes).toBe(10);
    search.take();
    expect(search.skippedBytes).toBe(50);
  });

  it('holds no more than its limit, in time that grows with the bytes only', () => {
    const search = new FrameSearch(() => 'no');
    for (let sent = 0; sent < searchBytesMax * 4; sent += 1000) search.receive(new Uint8Array(1000), sent);
    expect(search.skippedBytes).toBeGreaterThan(searchBytesMax * 2);
    expect(search.take().reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThanOrEqual(searchBytesMax);
  });
});
