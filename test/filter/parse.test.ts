import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FilterError } from '../../src/filter/filter-error.ts';
import { filterDepthMax, isReserved, itemsMax, parseFilter } from '../../src/filter/parse.ts';
import { soup } from './arbitrary-expression.ts';

function refusal(text: string): [number, string] {
  try {
    parseFilter(text);
  } catch (error) {
    if (error instanceof FilterError) return [error.column, error.message];
    throw error;
  }
  throw new Error(`${text} was accepted`);
}

describe('parse', () => {
  test('&& binds closer than ||, ! closest', () => {
    expect(parseFilter('!a && b || c')).toEqual({
      kind: 'or',
      operands: [
        {
          kind: 'and',
          operands: [
            { kind: 'not', operand: { kind: 'search', text: 'a' } },
            { kind: 'search', text: 'b' },
          ],
        },
        { kind: 'search', text: 'c' },
      ],
    });
  });

  test.each([
    ['', 1, 'the filter ends where an expression is expected'],
    ['error &&', 9, 'the filter ends where an expression is expected'],
    ['(error', 7, 'the "(" of column 1 has no ")"'],
    ['error)', 6, '")" without "("'],
    ['error held', 7, '&& or || is missing before this'],
    ['== Produce', 1, 'an expression is expected here'],
    ['in {1}', 1, 'a field is expected before "in"; quote the word to search for it'],
    ['latncy > 5ms', 1, '"latncy" is no field; did you mean latency?'],
    ['api == Fetch && latncy > 5ms', 17, '"latncy" is no field; did you mean latency?'],
    ['api in Fetch', 8, 'a list follows in: in {first, second, 4..7}'],
    ['api in {Fetch Produce}', 15, 'a comma or } is missing before this'],
    ['api in {Fetch..Produce}', 14, 'api is a name and has no ranges'],
    ['topic in {"a".."b"}', 14, 'topic is text and has no ranges'],
    ['some(topic == "a")', 1, '"some(" is no quantifier; any, all, none and count are'],
    ['count(topic == "a")', 20, 'count(…) is compared with a number, such as count(…) > 2'],
    ['count(topic == "a") > many', 23, 'a count is compared with a whole number'],
    ['"a" == topic', 1, 'a field stands before an operator, its value after it'],
    ['/a/', 1, 'a pattern needs a field, such as topic ~ /…/'],
    ['@shown', 1, '@shown is no set; there is @marked'],
    ['@marke', 1, '@marke is no set; did you mean @marked?'],
  ])('%s is refused at column %i', (text, column, message) => {
    expect(refusal(text)).toEqual([column, message]);
  });

  test('nesting and lists are bounded', () => {
    expect(refusal(`${'('.repeat(filterDepthMax + 1)}a${')'.repeat(filterDepthMax + 1)}`)[1]).toContain(
      'levels of nesting',
    );
    expect(refusal(`${'!'.repeat(filterDepthMax + 1)}a`)[1]).toContain('levels of nesting');
    expect(parseFilter(`${'('.repeat(filterDepthMax)}a${')'.repeat(filterDepthMax)}`)).toEqual({
      kind: 'search',
      text: 'a',
    });
    expect(refusal(`corr in {${'1,'.repeat(itemsMax)}1}`)[1]).toContain('items');
    expect(parseFilter(Array.from({ length: 500 }, () => 'a').join('&&')).kind).toBe('and');
  });

  test('reserved words in any case', () => {
    expect(['AND', 'Contains', 'in', 'topic', 'any'].map(isReserved)).toEqual([true, true, true, false, false]);
  });

  test('any text either parses or is refused at a column inside it', () => {
    fc.assert(
      fc.property(fc.oneof(soup, fc.string({ maxLength: 30 })), (text) => {
        try {
          parseFilter(text);
        } catch (error) {
          if (!(error instanceof FilterError)) throw error;
          expect(error.column).toBeGreaterThanOrEqual(1);
          expect(error.column).toBeLessThanOrEqual(text.length + 1);
          expect(error.message).not.toBe('');
        }
      }),
      { numRuns: 3000 },
    );
  });
});
