import fc from 'fast-check';
import { expect, test } from 'vitest';
import { classEscape, hasChar, isWordChar, plainRanges, singleChar } from '../../../src/filter/regex/char-set.ts';

test('class escapes have the characters JavaScript gives them', () => {
  for (const letter of ['d', 'D', 'w', 'W', 's', 'S']) {
    const set = classEscape(letter);
    if (set === null) throw new Error(letter);
    const theirs = new RegExp(`\\${letter}`);
    const plain = { ranges: plainRanges(set), negated: false };
    for (let code = 0; code < 0x10000; code++) {
      const char = String.fromCharCode(code);
      if (hasChar(set, code, false) !== theirs.test(char)) throw new Error(`\\${letter} and ${code}`);
      if (hasChar(plain, code, false) !== theirs.test(char)) throw new Error(`plain \\${letter} and ${code}`);
    }
  }
  expect(classEscape('q')).toBeNull();
});

test('ignoring case, either case of a letter is in the set', () => {
  fc.assert(
    fc.property(fc.constantFrom('a', 'Z', 'é', 'Ä', 'ß', '7'), (char) => {
      const set = singleChar(char.charCodeAt(0));
      for (const form of [char.toLowerCase(), char.toUpperCase()]) {
        if (form.length === 1) expect(hasChar(set, form.charCodeAt(0), true)).toBe(true);
      }
      expect(hasChar({ ...set, negated: true }, char.charCodeAt(0), true)).toBe(false);
    }),
  );
});

test('a word character is a letter, a digit or _', () => {
  expect(['a', 'Z', '0', '_', '-', 'é'].map((char) => isWordChar(char.charCodeAt(0)))).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
  ]);
});
