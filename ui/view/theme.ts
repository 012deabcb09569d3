import { Chalk, type ChalkInstance } from 'chalk';
import type { Line, Role } from '../model/line.ts';

/** Turns roles into terminal escapes. Only the terminal's own 16 colours are used: its owner chose them legible. */
export interface Theme {
  readonly name: 'colour' | 'mono';
  paint(line: Line): string;
}

// Level 1 is the 16 colours. It is set by hand since chalk's own choice would drop bold and inverse under NO_COLOR.
const sgr = new Chalk({ level: 1 });

const colourStyles: Readonly<Record<Role, ChalkInstance | null>> = {
  plain: null,
  strong: sgr.bold,
  muted: sgr.dim,
  ok: sgr.green,
  warn: sgr.yellow,
  error: sgr.red.bold,
  accent: sgr.cyan,
  second: sgr.magenta,
  key: sgr.bold.underline,
  select: sgr.inverse,
};

/** For NO_COLOR and `--color never`: bold, underline and inverse only. */
const monoStyles: Readonly<Record<Role, ChalkInstance | null>> = {
  plain: null,
  strong: sgr.bold,
  muted: null,
  ok: null,
  warn: sgr.bold,
  error: sgr.bold,
  accent: null,
  second: null,
  key: sgr.underline,
  select: sgr.inverse,
};

function themeOf(name: Theme['name'], styles: Readonly<Record<Role, ChalkInstance | null>>): Theme {
  return {
    name,
    paint(line) {
      let painted = '';
      for (const run of line) {
        const style = styles[run.role];
        painted += style === null ? run.text : style(run.text);
      }
      return painted;
    },
  };
}

/** The default theme. */
export const colourTheme: Theme = themeOf('colour', colourStyles);

/** The theme without colours. */
export const monoTheme: Theme = themeOf('mono', monoStyles);

/** Lines of a chart that a person can tell apart in a theme. */
export function seriesMax(theme: Theme): number {
  return theme.name === 'mono' ? 1 : 4;
}
