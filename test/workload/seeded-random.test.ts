import { expect, it } from 'vitest';
import { SeededRandom } from '../../src/workload/seeded-random.ts';

it('a seed gives one sequence, and forks do not depend on what was drawn elsewhere', () => {
  const draw = (random: SeededRandom) => Array.from({ length: 50 }, () => random.next());
  expect(draw(new SeededRandom(5))).toEqual(draw(new SeededRandom(5)));
  expect(draw(new SeededRandom(5))).not.toEqual(draw(new SeededRandom(6)));
  const parent = new SeededRandom(5);
  expect(draw(parent.fork('a'))).toEqual(draw(new SeededRandom(5).fork('a')));
  expect(draw(parent.fork('a'))).not.toEqual(draw(parent.fork('b')));
});

it('integers keep their bounds and reach both', () => {
  const random = new SeededRandom(1);
  const seen = new Set(Array.from({ length: 500 }, () => random.between(3, 6)));
  expect([...seen].sort()).toEqual([3, 4, 5, 6]);
  expect(random.pick(['only'])).toBe('only');
});
