import { describe, expect, it } from 'vitest';
import { codecNames, sequenceAfter } from '../../src/records/record-batch.ts';

describe('sequenceAfter', () => {
  it.each([
    [0, 0, 0],
    [10, 5, 15],
    [2147483647, 0, 2147483647],
    [2147483647, 1, 0],
    [2147483640, 10, 2],
    [-1, 7, -1],
  ])('%i and %i more is %i', (sequence, increment, expected) => {
    expect(sequenceAfter(sequence, increment)).toBe(expected);
  });
});

describe('codecNames', () => {
  it('stand at the number the attributes have for them', () => {
    expect(codecNames.indexOf('zstd')).toBe(4);
    expect(codecNames[0]).toBe('none');
  });
});
