import { expect, test } from 'vitest';
import { acksWords, apiWords, errorWords, wordList } from '../../../src/filter/fields/enum-words.ts';

test.each([
  ['API', apiWords, 90],
  ['error', errorWords, 130],
  ['acks', acksWords, 3],
  ['codec', wordList('codec', ['none', 'lz4']), 2],
] as const)('names of %s are read back, in any case', (what, words, count) => {
  expect(words.what).toBe(what);
  expect(words.words().length).toBeGreaterThanOrEqual(count);
  for (const word of words.words()) {
    const value = words.valueOf(word);
    if (value === null) throw new Error(word);
    expect(words.nameOf(value)).toBe(word);
    expect(words.valueOf(word.toUpperCase())).toBe(value);
  }
  expect(words.valueOf('banana')).toBeNull();
});

test('numbers stand for themselves, also where nothing has that number', () => {
  expect([apiWords.valueOf('0'), apiWords.nameOf(999), apiWords.valueOf('999')]).toEqual([0, '999', 999]);
  expect([errorWords.valueOf('-1'), errorWords.nameOf(-1), errorWords.nameOf(9999)]).toEqual([
    -1,
    'UNKNOWN_SERVER_ERROR',
    '9999',
  ]);
  expect([acksWords.valueOf('-1'), acksWords.nameOf(7)]).toEqual([-1, '7']);
});
