import { describe, expect, test } from 'vitest';
import { FilterError } from '../../src/filter/filter-error.ts';
import { filterCharsMax, type Token, tokensOf } from '../../src/filter/tokens.ts';

function spell(token: Token): string {
  switch (token.kind) {
    case 'sign':
      return token.sign;
    case 'word':
      return `w:${token.text}`;
    case 'string':
      return `s:${token.text}`;
    case 'pattern':
      return `p:${token.source}${token.ignoreCase ? ' i' : ''}`;
    case 'end':
      return 'end';
  }
}

function spelled(text: string): string[] {
  return tokensOf(text).map(spell);
}

function refusal(text: string): [number, string] {
  try {
    tokensOf(text);
  } catch (error) {
    if (error instanceof FilterError) return [error.column, error.message];
    throw error;
  }
  throw new Error(`${text} was accepted`);
}

describe('tokens', () => {
  test.each([
    ['a==b', ['w:a', '==', 'w:b', 'end']],
    ['latency>=100ms&&!x', ['w:latency', '>=', 'w:100ms', '&&', '!', 'w:x', 'end']],
    ['in{1..5,-5m..-1m}', ['w:in', '{', 'w:1', '..', 'w:5', ',', 'w:-5m', '..', 'w:-1m', '}', 'end']],
    ['1.5ms..2.5ms', ['w:1.5ms', '..', 'w:2.5ms', 'end']],
    ['req.topics[*].partitions[0].index', ['w:req.topics[*].partitions[0].index', 'end']],
    ['topic!~/a\\/b\\\\/i', ['w:topic', '!~', 'p:a/b\\\\ i', 'end']],
    ['"a\\"b\\\\\\n\\x41\\u{1F600}"', ['s:a"b\\\nA😀', 'end']],
    ['r"a\\d"', ['s:a\\d', 'end']],
    ['rest "x"', ['w:rest', 's:x', 'end']],
    ['a/b', ['w:a/b', 'end']],
    ['2026-11-21T14:02:03.5+02:00', ['w:2026-11-21T14:02:03.5+02:00', 'end']],
    ['  ', ['end']],
  ])('%s', (text, tokens) => {
    expect(spelled(text)).toEqual(tokens);
  });

  test('columns count from 1, ends are offsets', () => {
    expect(tokensOf('  ab == "c"').map((token) => [token.column, token.end])).toEqual([
      [3, 4],
      [6, 7],
      [9, 11],
      [12, 11],
    ]);
  });

  test.each([
    ['a = b', 3, '"=" is no operator; did you mean ==?'],
    ['a & b', 3, '"&" is no operator; did you mean &&?'],
    ['a | b', 3, '"|" is no operator; did you mean ||?'],
    ['topic == "a', 10, 'the string has no closing "'],
    ['topic ~ /a', 9, 'the pattern has no closing /'],
    ['topic ~ /a/g', 12, '"g" after a pattern; only i (ignore case) may follow /…/'],
    ['topic ~ "a\\.b"', 11, '"\\." is no escape; write r"…" or /…/ for a pattern, "\\\\" for a backslash'],
    ['"\\u{110000}"', 2, '"\\u" is no escape; write r"…" or /…/ for a pattern, "\\\\" for a backslash'],
  ])('%s is refused at column %i', (text, column, message) => {
    expect(refusal(text)).toEqual([column, message]);
  });

  test('a text beyond the limit is refused', () => {
    expect(refusal('a'.repeat(filterCharsMax + 1))[1]).toContain('at most 4096');
  });
});
