import { graphemes } from './text-width.ts';

/** Most characters a person may type into one field; a longer paste is cut, loudly. */
export const textFieldCharsMax = 1_000;

/** A one-line editor: the text by user-perceived characters and the caret between them. */
export interface TextField {
  readonly text: string;
  /** Caret as a count of user-perceived characters before it. */
  readonly caret: number;
}

/** A field holding `text`, caret at its end. */
export function textField(text = ''): TextField {
  return { text, caret: graphemes(text).length };
}

/** Text before and after the caret. */
export function splitAtCaret(field: TextField): readonly [before: string, after: string] {
  const parts = graphemes(field.text);
  return [parts.slice(0, field.caret).join(''), parts.slice(field.caret).join('')];
}

/** The field with `typed` put in at the caret; line breaks become blanks, other controls are dropped. */
export function insertText(field: TextField, typed: string): TextField {
  const clean = typed.replaceAll(/[\r\n\t]+/g, ' ').replaceAll(/\p{Cc}/gu, '');
  const room = textFieldCharsMax - field.text.length;
  const taken = clean.length > room ? clean.slice(0, Math.max(0, room)) : clean;
  const [before, after] = splitAtCaret(field);
  return { text: before + taken + after, caret: graphemes(before + taken).length };
}

/** The field after an editing key, or null when the key edits nothing. */
export function editKey(field: TextField, key: string): TextField | null {
  const parts = graphemes(field.text);
  const { caret } = field;
  switch (key) {
    case 'left':
    case 'ctrl-b':
      return { ...field, caret: Math.max(0, caret - 1) };
    case 'right':
    case 'ctrl-f':
      return { ...field, caret: Math.min(parts.length, caret + 1) };
    case 'home':
    case 'ctrl-a':
      return { ...field, caret: 0 };
    case 'end':
    case 'ctrl-e':
      return { ...field, caret: parts.length };
    case 'backspace':
    case 'ctrl-h':
      return without(parts, Math.max(0, caret - 1), caret);
    case 'delete':
    case 'ctrl-d':
      return without(parts, caret, Math.min(parts.length, caret + 1));
    case 'ctrl-w':
      return without(parts, wordStart(parts, caret), caret);
    case 'ctrl-u':
      return without(parts, 0, caret);
    case 'ctrl-k':
      return without(parts, caret, parts.length);
    default:
      return null;
  }
}

function without(parts: readonly string[], start: number, end: number): TextField {
  return { text: parts.slice(0, start).join('') + parts.slice(end).join(''), caret: start };
}

function wordStart(parts: readonly string[], caret: number): number {
  let at = caret;
  while (at > 0 && parts[at - 1] === ' ') at -= 1;
  while (at > 0 && parts[at - 1] !== ' ') at -= 1;
  return at;
}
