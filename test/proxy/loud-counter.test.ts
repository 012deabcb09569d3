import { expect, test } from 'vitest';
import { LoudCounter } from '../../src/proxy/loud-counter.ts';

test('reports the first at once, the rest at most once a second, and all in the end', () => {
  const reports: number[] = [];
  const counter = new LoudCounter((count) => reports.push(count));
  counter.add(1_000_000);
  expect(reports).toEqual([1]);
  counter.add(1_000_001);
  counter.add(1_999_999);
  expect(reports).toEqual([1]);
  counter.add(2_000_000);
  expect(reports).toEqual([1, 3]);
  counter.add(2_100_000);
  counter.flush();
  counter.flush();
  expect(reports).toEqual([1, 3, 1]);
  expect(counter.total).toBe(5);
});
