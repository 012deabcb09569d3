import { expect, test } from 'vitest';
import { parseRegex } from '../../../src/filter/regex/parse-regex.ts';
import { compileProgram, programPlacesMax } from '../../../src/filter/regex/program.ts';

test('a program ends in its only match and every place leads inside it', () => {
  for (const source of ['', 'a', 'a|b|c', '(a*)*', 'a{2,4}', '^(x|y)?$']) {
    const { kinds, next, other } = compileProgram(parseRegex(source));
    expect(kinds.indexOf('match')).toBe(kinds.length - 1);
    for (let place = 0; place < kinds.length - 1; place++) {
      expect(next[place]).toBeLessThan(kinds.length);
      expect(other[place]).toBeLessThan(kinds.length);
    }
  }
});

test('repetitions are written out, up to the limit', () => {
  expect(compileProgram(parseRegex('a{5}')).kinds).toHaveLength(6);
  expect(() => compileProgram(parseRegex(`(abcdefghij){${programPlacesMax / 10}}`))).toThrow(
    /smaller repetition counts/,
  );
});
