import { printable } from '../../src/wire/printable.ts';
import { formatCount, formatMemory } from './format.ts';
import { blank, type Line, line } from './line.ts';
import { textWidth } from './text-width.ts';
import { type UiState, wantedFilter } from './ui-state.ts';

/** Lines for a list without rows: the fact, its cause, the next step. Empty when there are rows to show. */
export function emptyLines(state: UiState): Line[] {
  const { list, title } = state;
  if (list.endPosition > list.firstPosition) return [];
  if (state.failure !== null && (title?.kept ?? 0) === 0) return paragraph(state, `stopped: ${state.failure}`, 'error');
  if (title === null) return [blank, line('  waiting for the first snapshot of the run')];
  const filter = wantedFilter(state);
  if (state.filter.error !== null) {
    return [blank, line('  The filter does not parse; the line below says where.'), line('  esc leaves it as it was.')];
  }
  if (list.filtering !== null) {
    const scanned = `${formatCount(list.filtering.scanned)} of ${formatCount(list.filtering.total)}`;
    return [blank, line(`  filtering: ${scanned} looked at, no match yet`)];
  }
  if (title.kept > 0 && (filter !== '' || list.markedOnly)) return nothingMatches(state, filter);
  if (title.notice !== null) return paragraph(state, title.notice, 'plain');
  return [blank, line(nothingYet(state))];
}

function nothingMatches(state: UiState, filter: string): Line[] {
  const kept = formatCount(state.title?.kept ?? 0);
  if (filter === '')
    return [blank, line(`  None of ${kept} exchanges is marked.`), line('  m marks one, M shows all again.')];
  const lines = [
    blank,
    line(`  0 of ${kept} match: ${printable(filter, state.glyphs.ascii)}`, 'strong'),
    line('  ctrl-x switches the filter off, / edits it.'),
  ];
  if (state.list.markedOnly) lines.push(line('  Only marked exchanges are shown; M shows all.'));
  return lines;
}

function nothingYet(state: UiState): string {
  const { title } = state;
  if (title === null) return '';
  if (title.reading !== null)
    return `  reading ${formatMemory(title.reading.readBytes)} …`.replace('…', state.glyphs.ellipsis);
  if (title.finished) return '  The source ended without a Kafka exchange.';
  return '  No exchange yet.';
}

/** A notice of the run as a paragraph, wrapped at words. */
export function paragraph(state: UiState, text: string, role: 'plain' | 'error'): Line[] {
  const lines: Line[] = [blank];
  for (const part of text.split('\n')) {
    for (const row of wrapText(
      printable(part.replaceAll('→', state.glyphs.arrow), state.glyphs.ascii),
      state.columns - 4,
    ))
      lines.push(line(`  ${row}`, role));
  }
  return lines;
}

/** Text in rows of at most `width` columns, broken at blanks where there are some. */
export function wrapText(text: string, width: number): string[] {
  const rows: string[] = [];
  let row = '';
  for (const word of text.split(' ')) {
    const longer = row === '' ? word : `${row} ${word}`;
    if (row !== '' && textWidth(longer) > width) {
      rows.push(row);
      row = word;
    } else {
      row = longer;
    }
  }
  rows.push(row);
  return rows;
}
