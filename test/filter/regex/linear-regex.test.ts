import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LinearRegex } from '../../../src/filter/regex/linear-regex.ts';
import { PatternError, patternCharsMax } from '../../../src/filter/regex/parse-regex.ts';

function compiled(source: string, ignoreCase = false): LinearRegex {
  const regex = LinearRegex.compile(source, ignoreCase);
  if (regex instanceof PatternError) throw regex;
  return regex;
}

/** Patterns over a small alphabet, so that random texts often match; shallow, or JavaScript's matcher never ends. */
const pattern: fc.Arbitrary<string> = fc.letrec<{ regex: string; atom: string }>((tie) => ({
  atom: fc.oneof(
    { maxDepth: 2, depthIdentifier: 'regex' },
    fc.constantFrom(
      'a',
      'b',
      'B',
      'é',
      '-',
      '.',
      '[ab]',
      '[^a]',
      '[a-c]',
      '[^\\w]',
      '\\d',
      '\\W',
      '\\s',
      '\\.',
      '\\x61',
      '\\u00e9',
      '[\\d-]',
    ),
    fc.constantFrom('^', '$', '\\b', '\\B'),
    tie('regex').map((inside) => `(${inside})`),
    tie('regex').map((inside) => `(?:${inside})`),
  ),
  regex: fc
    .array(
      fc.tuple(tie('atom'), fc.constantFrom('', '', '', '*', '+', '?', '*?', '{2}', '{0,2}', '{1,}'), fc.boolean()),
      { maxLength: 4 },
    )
    .map((parts) =>
      parts
        .map(([atom, repeat, or]) => (/^(\^|\$|\\b|\\B)$/.test(atom) ? atom : atom + repeat) + (or ? '|' : ''))
        .join(''),
    ),
})).regex;

const text = fc.string({
  unit: fc.constantFrom('a', 'b', 'A', 'B', 'c', 'é', 'É', '-', '.', ' ', '7', '_', '\n'),
  maxLength: 12,
});

describe('linear regex', () => {
  test('answers as JavaScript does, for any pattern and text', () => {
    fc.assert(
      fc.property(
        // Longer patterns are refused: a test of their own.
        pattern.filter((source) => source.length <= patternCharsMax),
        fc.array(text, { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        (source, texts, ignoreCase) => {
          const theirs = new RegExp(source, ignoreCase ? 'i' : '');
          const ours = compiled(source, ignoreCase);
          for (const each of texts) expect([source, each, ours.test(each)]).toEqual([source, each, theirs.test(each)]);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('patterns that hang a backtracking matcher answer at once', () => {
    const long = 'a'.repeat(50_000);
    for (const source of ['(a+)+$', '(a|a)*b', '(a|aa)+$', '(.*)*x', '(a*)*b', 'a*a*a*a*a*a*a*a*b', '(a?){50}a{50}']) {
      expect(compiled(source).test(`${long}!`)).toBe(source === '(a?){50}a{50}');
    }
  });

  test('a pattern with exponentially many states stays within its table', () => {
    const source = '(a|b)*a(a|b){12}c';
    let text = '';
    for (let i = 0; i < 20_000; i++) text += (i * 7919) % 13 < 6 ? 'a' : 'b';
    expect(compiled(source).test(text)).toBe(false);
    expect(compiled(source).test(`${text}abbbbbbbbbbbbc`)).toBe(true);
  });

  test('the same object answers again and again', () => {
    const regex = compiled('^orders\\.v\\d+$');
    for (let i = 0; i < 3; i++) {
      expect(regex.test('orders.v1')).toBe(true);
      expect(regex.test('my-orders.v1')).toBe(false);
      expect(regex.test('orders.v')).toBe(false);
    }
  });
});
