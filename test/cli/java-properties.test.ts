import { describe, expect, test } from 'vitest';
import { parseJavaProperties, parseKcatConfig } from '../../src/cli/java-properties.ts';

const java = (text: string) => parseJavaProperties(text).entries.map(({ key, value }) => [key, value]);
const kcat = (text: string) => parseKcatConfig(text).entries.map(({ key, value }) => [key, value]);

describe('Java properties', () => {
  test.each([
    ['a=b', 'a', 'b'],
    ['  a = b c  ', 'a', 'b c  '],
    ['a:b', 'a', 'b'],
    ['a b', 'a', 'b'],
    ['a\t=\tb', 'a', 'b'],
    ['a', 'a', ''],
    ['a=', 'a', ''],
    ['a==b', 'a', '=b'],
    ['a=b:c=d', 'a', 'b:c=d'],
    ['a\\=b\\:c\\ d=e', 'a=b:c d', 'e'],
    ['a=\\u0041\\u00e4', 'a', 'A\u00e4'],
    ['a=x\\ty\\nz\\\\w\\q', 'a', 'x\ty\nz\\wq'],
    ['a=one \\\n    two \\\r\n  three', 'a', 'one two three'],
    ['a=b\\\\', 'a', 'b\\'],
    ['a=#b', 'a', '#b'],
    ['a=b\\', 'a', 'b'],
  ])('%j', (text, key, value) => {
    expect(java(text)).toEqual([[key, value]]);
  });

  test('comments and blank lines are none, a comment is never continued', () => {
    expect(java('# a=b\\\n! c=d\n\n  \t\n  # e\nf=g')).toEqual([['f', 'g']]);
  });

  test('know the line they begin on', () => {
    expect(parseJavaProperties('a=1\n\nb=2 \\\n  3\nc=4').entries.map(({ line }) => line)).toEqual([1, 3, 5]);
  });

  test('a broken \\u is a mistake with its line', () => {
    expect(parseJavaProperties('a=1\nb=\\u00g1').mistakes).toEqual([
      { line: 2, message: '\\u must be followed by four hexadecimal digits' },
    ]);
  });
});

describe('kcat configurations', () => {
  test('keep backslashes and take the first = for the border', () => {
    expect(kcat('# no\n a = b\\c=d \nx=p\\:q\\=r\r\n')).toEqual([
      ['a', 'b\\c=d'],
      ['x', 'p:q=r'],
    ]);
  });

  test('a line without = is a mistake', () => {
    expect(parseKcatConfig('a=b\nc').mistakes).toEqual([{ line: 2, message: 'expected key=value' }]);
  });
});
