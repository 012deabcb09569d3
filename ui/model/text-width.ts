import stringWidth from 'string-width';

const ascii = /^[\x20-\x7e]*$/;
const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Texts whose width is remembered: a few screens of rows, measured again on each tick otherwise. */
const widthsMax = 4_096;
const widths = new Map<string, number>();

/** Terminal columns of a printable text. */
export function textWidth(text: string): number {
  if (ascii.test(text)) return text.length;
  const known = widths.get(text);
  if (known !== undefined) return known;
  const width = stringWidth(text);
  if (widths.size >= widthsMax) widths.clear();
  widths.set(text, width);
  return width;
}

/** User-perceived characters of a text. */
export function graphemes(text: string): string[] {
  if (ascii.test(text)) return text.split('');
  return Array.from(segmenter.segment(text), (part) => part.segment);
}

/**
 * The beginning of a text that fits `width` columns, ended by the ellipsis where something was cut.
 * `always` cuts although the text itself would fit, for a row that goes on behind it.
 */
export function cutText(text: string, width: number, ellipsis: string, always = false): string {
  if (width <= 0) return '';
  const whole = textWidth(text);
  if (whole < width || (whole === width && !always)) return text;
  const room = width - textWidth(ellipsis);
  if (room < 0) return '';
  if (ascii.test(text)) return text.slice(0, room) + ellipsis;
  let kept = '';
  let used = 0;
  for (const cluster of graphemes(text)) {
    const clusterWidth = textWidth(cluster);
    if (used + clusterWidth > room) break;
    kept += cluster;
    used += clusterWidth;
  }
  return kept + ' '.repeat(room - used) + ellipsis;
}

/** The text with blanks behind it up to `width` columns. */
export function padText(text: string, width: number): string {
  const missing = width - textWidth(text);
  return missing > 0 ? text + ' '.repeat(missing) : text;
}

/** The text with blanks before it up to `width` columns. */
export function padTextStart(text: string, width: number): string {
  const missing = width - textWidth(text);
  return missing > 0 ? ' '.repeat(missing) + text : text;
}
