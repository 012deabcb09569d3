import fc from 'fast-check';
import { expect, test } from 'vitest';
import { didYouMean, editDistance, nearest } from '../../src/filter/suggest.ts';

test('the nearest word, whatever its case, or none', () => {
  const words = ['latency', 'topic', 'partition', 'NOT_LEADER_OR_FOLLOWER'];
  expect(nearest('latncy', words)).toBe('latency');
  expect(nearest('TPOIC', words)).toBe('topic');
  expect(nearest('not_leader', words)).toBe('NOT_LEADER_OR_FOLLOWER');
  expect(nearest('banana', words)).toBeNull();
  expect(didYouMean('partiton', words)).toBe('; did you mean partition?');
  expect(didYouMean('banana', words)).toBe('');
});

test('distance is symmetric, zero for equal words and bounded by the limit', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
  fc.assert(
    fc.property(word, word, fc.integer({ min: 0, max: 8 }), (left, right, max) => {
      const distance = editDistance(left, right, max);
      expect(distance).toBe(editDistance(right, left, max));
      expect(distance).toBeLessThanOrEqual(max + 1);
      expect(distance === 0).toBe(left === right);
    }),
  );
  expect(editDistance('kitten', 'sitting', 9)).toBe(3);
  expect(editDistance('ab', 'ba', 9)).toBe(1);
});
