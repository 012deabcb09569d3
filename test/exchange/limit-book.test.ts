import { expect, it } from 'vitest';
import { LimitBook } from '../../src/exchange/limit-book.ts';
import { limitSentence } from '../../src/export/limit-sentence.ts';

const newBook = () => new LimitBook({ topicIdsMax: 100, backlogEventsMax: 7 });

it('tells a limit once for all times it was reached since it was last told', () => {
  const book = newBook();
  expect(book.isRinging).toBe(false);
  for (let times = 0; times < 3; times += 1) book.reach('topicIdsMax');
  book.reach('backlogEventsMax');
  expect(book.isRinging).toBe(true);
  expect(book.next()).toEqual({ limit: 'topicIdsMax', count: 3, max: 100 });
  expect(book.next()).toEqual({ limit: 'backlogEventsMax', count: 1, max: 7 });
  expect(book.next()).toBeUndefined();
  book.reach('topicIdsMax');
  expect(book.next()).toMatchObject({ count: 4 });
  book.reach('topicIdsMax');
  expect(book.isRinging).toBe(false);
  expect(book.counts()).toEqual({ topicIdsMax: 5, backlogEventsMax: 1 });
});

it('follows what is counted elsewhere', () => {
  const book = newBook();
  book.follow('backlogEventsMax', 0);
  expect(book.counts()).toEqual({});
  book.follow('backlogEventsMax', 2);
  book.follow('backlogEventsMax', 2);
  expect([book.next()?.count, book.next()]).toEqual([2, undefined]);
  expect(limitSentence('backlogEventsMax', 2)).toMatch(/ 2 times: directions of connections .* were given up\.$/);
});
