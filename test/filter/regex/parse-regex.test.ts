import { describe, expect, test } from 'vitest';
import { LinearRegex } from '../../../src/filter/regex/linear-regex.ts';
import { PatternError, parseRegex, patternCharsMax } from '../../../src/filter/regex/parse-regex.ts';

function refusal(source: string): [string, number] {
  const result = LinearRegex.compile(source, false);
  if (!(result instanceof PatternError)) throw new Error(`${source} was accepted`);
  return [result.message, result.offset];
}

describe('parse regex', () => {
  test.each([
    ['a(b', '"(" without ")"', 1],
    ['ab)', '")" without "("', 2],
    ['a[b', '"[" without "]"', 1],
    ['*a', 'nothing to repeat before "*"', 0],
    ['a**', '"*" after a repetition', 2],
    ['(a)\\1', 'back references are not supported', 3],
    ['(?=a)', 'look-around and inline flags are not supported; only (…), (?:…) and (?<name>…) are', 0],
    ['a{3,2}', '{m,n} with n smaller than m', 1],
    ['a{2000}', 'repeats of more than 1000 are not allowed', 1],
    ['\\q', '"\\q" is no escape', 0],
    ['a\\', 'the pattern ends in a single "\\"', 2],
    ['\\x4', '2 hex digits are missing', 2],
    ['[z-a]', 'a range in […] runs backwards or ends in a class', 4],
  ])('%s is refused with its place', (source, message, offset) => {
    expect(refusal(source)).toEqual([message, offset]);
  });

  test('sizes are bounded before anything is built', () => {
    expect(refusal('a'.repeat(patternCharsMax + 1))[0]).toContain('at most 256');
    expect(refusal('((a{100}){100}){100}')[0]).toContain('smaller repetition counts');
    expect(refusal('((((){1000}){1000}){1000}){1000}')[0]).toContain('smaller repetition counts');
    expect(refusal('(((a{0,900}){0,900}){0,900}){0,900}')[0]).toContain('smaller repetition counts');
  });

  test('a brace that is no count is a brace, as in JavaScript', () => {
    expect(parseRegex('a{')).toEqual({
      kind: 'sequence',
      items: [
        { kind: 'char', set: { ranges: [97, 97], negated: false } },
        { kind: 'char', set: { ranges: [123, 123], negated: false } },
      ],
    });
  });

  test('the empty pattern matches everything', () => {
    const regex = LinearRegex.compile('', false);
    expect(regex instanceof LinearRegex && regex.test('x') && regex.test('')).toBe(true);
  });
});
