import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  editKey,
  insertText,
  splitAtCaret,
  type TextField,
  textField,
  textFieldCharsMax,
} from '../../../ui/model/text-field.ts';

function typed(field: TextField, ...keys: string[]): TextField {
  return keys.reduce((at, key) => editKey(at, key) ?? insertText(at, key), field);
}

describe('text field', () => {
  it('edits at the caret', () => {
    const field = typed(textField('api == Produce'), 'home', 'right', 'right', 'right', 'X', 'end', '!');
    expect(field.text).toBe('apiX == Produce!');
    expect(splitAtCaret(typed(field, 'left', 'left'))).toEqual(['apiX == Produc', 'e!']);
  });

  it('deletes characters, words and lines', () => {
    expect(typed(textField('a b  cd'), 'ctrl-w').text).toBe('a b  ');
    expect(typed(textField('a b  '), 'ctrl-w').text).toBe('a ');
    expect(typed(textField('abc'), 'backspace').text).toBe('ab');
    expect(typed(textField('abc'), 'home', 'delete').text).toBe('bc');
    expect(typed(textField('abc'), 'left', 'ctrl-u').text).toBe('c');
    expect(typed(textField('abc'), 'left', 'ctrl-k').text).toBe('ab');
  });

  it('moves over what a person sees as one character', () => {
    expect(typed(textField('e\u0301x'), 'left', 'backspace').text).toBe('x');
  });

  it('takes a paste as one line, up to its limit', () => {
    expect(insertText(textField(), 'a\r\nb\tc\u001b').text).toBe('a b c');
    expect(insertText(textField(), 'x'.repeat(5_000)).text).toHaveLength(textFieldCharsMax);
  });

  it('knows which keys edit', () => {
    expect(editKey(textField(), 'f5')).toBeNull();
  });

  it('keeps the caret inside the text whatever is pressed', () => {
    const key = fc.constantFrom(
      'left',
      'right',
      'home',
      'end',
      'backspace',
      'delete',
      'ctrl-w',
      'ctrl-u',
      'ctrl-k',
      'a',
      '東',
      '\u0301',
    );
    fc.assert(
      fc.property(fc.array(key, { maxLength: 40 }), (keys) => {
        const field = typed(textField('seed'), ...keys);
        const [before, after] = splitAtCaret(field);
        expect(before + after).toBe(field.text);
        expect(field.caret).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
