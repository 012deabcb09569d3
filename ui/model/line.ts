import { cutText, padText, textWidth } from './text-width.ts';

/**
 * What a piece of text means; a theme decides how it looks. Colour never carries a fact alone: every role that
 * reports something comes with a word or a glyph.
 */
export type Role = 'plain' | 'strong' | 'muted' | 'ok' | 'warn' | 'error' | 'accent' | 'key' | 'select' | 'second';

/** A stretch of one row in one role. The text is printable: nothing in it can move a cursor or change a colour. */
export interface Run {
  readonly text: string;
  readonly role: Role;
}

/** One row of the screen. */
export type Line = readonly Run[];

/** A row of one role. */
export function line(text: string, role: Role = 'plain'): Line {
  return text === '' ? [] : [{ text, role }];
}

/** The empty row. */
export const blank: Line = Object.freeze([]);

/** Columns the row takes on a terminal. */
export function lineWidth(runs: Line): number {
  let width = 0;
  for (const run of runs) width += textWidth(run.text);
  return width;
}

/** The text of a row without its roles: what a screen reader, a mono theme and a test see. */
export function lineText(runs: Line): string {
  let text = '';
  for (const run of runs) text += run.text;
  return text;
}

/** The row cut to `width` columns; the ellipsis stands in the last one. */
export function cutLine(runs: Line, width: number, ellipsis: string): Line {
  if (lineWidth(runs) <= width) return runs;
  const kept: Run[] = [];
  let left = width;
  for (const run of runs) {
    const runWidth = textWidth(run.text);
    if (runWidth < left) {
      kept.push(run);
      left -= runWidth;
      continue;
    }
    const text = cutText(run.text, left, ellipsis, true);
    if (text !== '') kept.push({ text, role: run.role });
    break;
  }
  return kept;
}

/** The row filled up with blanks to exactly `width` columns (cut where it is longer). */
export function fitLine(runs: Line, width: number, ellipsis: string): Line {
  const cut = cutLine(runs, width, ellipsis);
  const missing = width - lineWidth(cut);
  return missing > 0 ? [...cut, { text: ' '.repeat(missing), role: 'plain' }] : cut;
}

/** A selected row: one inverse bar over the whole width, so that a person sees it in any theme. */
export function selectedLine(runs: Line, width: number, ellipsis: string): Line {
  return [{ text: padText(lineText(cutLine(runs, width, ellipsis)), width), role: 'select' }];
}

/** Left and right text on one row; the left part gives way, since the right one is the short figure. */
export function spreadLine(left: Line, right: Line, width: number, ellipsis: string): Line {
  const rightWidth = lineWidth(right);
  if (rightWidth === 0) return cutLine(left, width, ellipsis);
  if (rightWidth >= width) return cutLine(right, width, ellipsis);
  return [...fitLine(left, width - rightWidth - 1, ellipsis), { text: ' ', role: 'plain' }, ...right];
}
