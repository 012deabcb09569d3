import { describe, expect, test } from 'vitest';
import { LookedRanges } from '../../src/proxy/looked-ranges.ts';

function rangesOf(looked: LookedRanges): unknown[] {
  return Array.from({ length: looked.count }, (_, range) => [
    looked.fromOf(range),
    looked.toOf(range),
    looked.behind(range),
  ]);
}

describe('LookedRanges', () => {
  test('a chunk in which nothing is skipped is one range', () => {
    const looked = new LookedRanges();
    looked.begin(10);
    looked.look(0);
    looked.look(5);
    looked.end(9);
    expect(looked.wholeOf(9)).toBe(true);
    expect(rangesOf(looked)).toEqual([[0, 9, null]]);
  });

  test('what is skipped between two frames is told with the second', () => {
    const looked = new LookedRanges();
    looked.begin(10);
    looked.look(0);
    looked.skip(4, 3);
    looked.skip(7, 2);
    looked.look(9);
    looked.end(12);
    expect(looked.wholeOf(12)).toBe(false);
    expect(looked.bytes).toBe(4 + 3);
    expect(rangesOf(looked)).toEqual([
      [0, 4, null],
      [9, 12, { frames: 2, bytes: 5, atUs: 10 }],
    ]);
  });

  test('a frame goes on over chunks as it began, and its end tells when it was over', () => {
    const looked = new LookedRanges();
    looked.begin(10);
    looked.skip(0, 25);
    looked.end(10);
    expect([looked.none, looked.skipping]).toEqual([true, true]);
    looked.begin(20);
    looked.end(10);
    expect(looked.none).toBe(true);
    looked.begin(30);
    looked.look(5);
    looked.end(10);
    expect(rangesOf(looked)).toEqual([[5, 10, { frames: 1, bytes: 25, atUs: 30 }]]);
    looked.begin(40);
    looked.end(3);
    expect(looked.wholeOf(3)).toBe(true);
  });

  test('a skipped frame that ended with the chunk before was over then', () => {
    const looked = new LookedRanges();
    looked.begin(10);
    looked.skip(0, 10);
    looked.end(10);
    looked.begin(20);
    looked.look(0);
    looked.end(4);
    expect(rangesOf(looked)).toEqual([[0, 4, { frames: 1, bytes: 10, atUs: 10 }]]);
    expect(looked.wholeOf(4)).toBe(false);
  });

  test('withheld bytes come before the ranges once they are looked at', () => {
    const looked = new LookedRanges();
    looked.begin(10);
    looked.skip(0, 4);
    looked.withhold(4);
    looked.end(6);
    looked.begin(20);
    looked.lookWith(Uint8Array.of(1, 2, 3), 10, 1);
    looked.end(5);
    expect(looked.prefix).toEqual(Uint8Array.of(1, 2, 3));
    expect(looked.prefixUs).toBe(10);
    expect(looked.prefixBehind).toMatchObject({ frames: 1, bytes: 4 });
    expect(rangesOf(looked)).toEqual([[1, 5, null]]);
    expect(looked.wholeOf(5)).toBe(false);
  });

  test('what was skipped last is told once', () => {
    const looked = new LookedRanges();
    looked.begin(10);
    looked.skip(0, 7);
    looked.end(7);
    expect(looked.takePending()).toEqual({ frames: 1, bytes: 7, atUs: 10 });
    expect(looked.takePending()).toBeNull();
  });
});
