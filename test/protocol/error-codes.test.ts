import { expect, test } from 'vitest';
import { errorCodes, errorMeaning, errorName, errorRetriable } from '../../src/protocol/error-codes.ts';
import { sampleLines } from './golden-lines.ts';

test("codes, names and retriable flags are those of Kafka's Errors", () => {
  const kafkas = sampleLines<{ code: number; name: string; retriable: boolean }>('error-codes.ndjson.gz');
  const ours = errorCodes.map((code) => ({ code, name: errorName(code), retriable: errorRetriable(code) }));
  expect(ours).toEqual(kafkas);
});

test('every code has a meaning of its own, one sentence or two', () => {
  const meanings = errorCodes.map(errorMeaning);
  expect(new Set(meanings).size).toBe(meanings.length);
  for (const meaning of meanings) expect(meaning).toMatch(/^[A-Za-z][^\n]{5,}\.$/);
});

test('a code from the future is named by its number and nothing is claimed about it', () => {
  expect([errorName(999), errorRetriable(999)]).toEqual(['UNKNOWN_CODE_999', null]);
  expect(errorMeaning(999)).toContain('newer');
});
