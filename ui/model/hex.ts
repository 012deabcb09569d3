import type { Glyphs } from './glyphs.ts';
import type { Line, Role, Run } from './line.ts';

/** A part of the bytes pane. */
export interface HexView {
  readonly bytes: Uint8Array;
  readonly bytesPerLine: number;
  /** Marked bytes, [start, end). */
  readonly highlight: readonly [start: number, end: number] | null;
  /** Byte under the cursor while the pane has the keyboard, else null. */
  readonly cursor: number | null;
  /** Payload that must not be shown, [start, end) each, in order. */
  readonly hidden: readonly (readonly [start: number, end: number])[];
  readonly glyphs: Glyphs;
}

const hexDigits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Rows that `bytes` bytes take. */
export function hexLineCount(bytes: number, bytesPerLine: number): number {
  return Math.ceil(bytes / bytesPerLine);
}

/** Rows `first` … `first + count - 1`. */
export function hexLines(view: HexView, first: number, count: number): Line[] {
  const lines: Line[] = [];
  const last = Math.min(first + count, hexLineCount(view.bytes.length, view.bytesPerLine));
  for (let row = first; row < last; row += 1) lines.push(hexLine(view, row * view.bytesPerLine));
  return lines;
}

/**
 * One row: offset, bytes, characters. Marked bytes stand in brackets as well as in inverse, since not every terminal
 * shows inverse and a copied screen never does.
 */
function hexLine(view: HexView, start: number): Line {
  const runs: Run[] = [{ text: start.toString(16).padStart(4, '0').padEnd(5), role: 'muted' }];
  const characters: Run[] = [{ text: ' ', role: 'plain' }];
  const end = Math.min(start + view.bytesPerLine, view.bytes.length);
  let previous = false;
  for (let at = start; at < start + view.bytesPerLine; at += 1) {
    const marked = at < end && isMarked(view, at);
    const isFirst = at === start;
    runs.push({ text: separator(marked && (!previous || isFirst), previous && !marked), role: 'accent' });
    if (at < end) {
      const hidden = isHidden(view, at);
      const role = byteRole(view, at, marked);
      const byte = view.bytes[at] ?? 0;
      runs.push({ text: hidden ? view.glyphs.between.repeat(2) : (hexDigits[byte] ?? '00'), role });
      characters.push({ text: hidden ? view.glyphs.between : characterOf(byte), role });
    } else {
      runs.push({ text: '  ', role: 'plain' });
    }
    previous = marked;
  }
  runs.push({ text: previous ? ']' : ' ', role: 'accent' });
  return mergeRuns([...runs, ...characters]);
}

function separator(opens: boolean, closes: boolean): string {
  if (opens) return '[';
  return closes ? ']' : ' ';
}

function isMarked(view: HexView, at: number): boolean {
  return view.highlight !== null && at >= view.highlight[0] && at < view.highlight[1];
}

function isHidden(view: HexView, at: number): boolean {
  for (const [start, end] of view.hidden) {
    if (at < start) return false;
    if (at < end) return true;
  }
  return false;
}

function byteRole(view: HexView, at: number, marked: boolean): Role {
  if (at === view.cursor) return 'select';
  return marked ? 'key' : 'plain';
}

function characterOf(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.';
}

/** Neighbours of one role joined: the fewer colour changes, the cheaper the frame. */
export function mergeRuns(runs: Line): Line {
  const merged: Run[] = [];
  for (const run of runs) {
    const last = merged.at(-1);
    if (last !== undefined && (last.role === run.role || isBlank(run.text))) {
      // Inverse and underline show on blanks, so a blank joins only roles that leave blanks alone.
      if (last.role === run.role || (last.role !== 'select' && last.role !== 'key')) {
        merged[merged.length - 1] = { text: last.text + run.text, role: last.role };
        continue;
      }
    }
    merged.push(run);
  }
  return merged;
}

function isBlank(text: string): boolean {
  return text.trim() === '';
}
