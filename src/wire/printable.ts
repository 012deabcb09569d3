/** Most characters of one untrusted text that are looked at; the screen is narrower than that anyway. */
export const printableCharsMax = 2_048;

/** Most combining marks kept on one character: more would paint over the rows above and below. */
export const combiningMarksMax = 2;

const harmless = /^[\x20-\x7e]*$/;
// Controls (C0, DEL, C1), format characters (bidi, zero width, tags, soft hyphen), lone surrogates, private use,
// unassigned, line separators, blanks that are no U+0020 and fillers without ink. Then what terminals measure
// differently: variation selectors, the keycap mark and skin tones (measured against tmux, see UX).
const unsafe =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u115f\u1160\u3164\uffa0\u2800]|[\ufe00-\ufe0f]|\u20e3|[\u{1f3fb}-\u{1f3ff}]|[\u{e0100}-\u{e01ef}]/u;
const mark = /\p{M}/u;

/** A code point in visible form: `\x1b`, `\u{202e}`. */
export function escapeCodePoint(codePoint: number): string {
  const digits = codePoint.toString(16);
  return codePoint < 0x100 ? `\\x${digits.padStart(2, '0')}` : `\\u{${digits}}`;
}

/**
 * Untrusted text made safe to print: nothing in the result moves a cursor, changes a colour, a title or a
 * clipboard, reorders a line or is invisible. With `asciiOnly` everything beyond ASCII is shown escaped too.
 * What is cut at `charsMax` ends in a mark that says so.
 */
export function printable(text: string, asciiOnly = false, charsMax = printableCharsMax): string {
  const end = text.length <= charsMax ? '' : asciiOnly ? '...' : '…';
  const head = end === '' ? text : text.slice(0, charsMax - end.length);
  if (harmless.test(head)) return head + end;
  let safe = '';
  let marks = combiningMarksMax;
  for (const character of head) {
    const codePoint = character.codePointAt(0) ?? 0;
    if (codePoint >= 0x20 && codePoint < 0x7f) {
      safe += character;
      marks = 0;
      continue;
    }
    const isMark = mark.test(character);
    marks = isMark ? marks + 1 : 0;
    const isSafe = !asciiOnly && !unsafe.test(character) && marks <= combiningMarksMax;
    safe += isSafe ? character : escapeCodePoint(codePoint);
    // A mark that follows an escape would sit on its closing brace: count it as one too many.
    if (!isSafe) marks = combiningMarksMax;
  }
  return safe + end;
}

/** Untrusted text in quotes, as values stand in the tree: quotes and backslashes are escaped as in JSON. */
export function quoted(text: string, asciiOnly = false): string {
  return `"${printable(text.replaceAll('\\', '\\\\').replaceAll('"', '\\"'), asciiOnly)}"`;
}
