import type { Finding } from '../../src/insight/finding.ts';
import { printable } from '../../src/wire/printable.ts';
import { formatClock } from './clock.ts';
import { paragraph } from './empty-state.ts';
import { formatCount } from './format.ts';
import { blank, cutLine, type Line, line, selectedLine } from './line.ts';
import { cutText, padText, padTextStart, textWidth } from './text-width.ts';
import type { UiState } from './ui-state.ts';
import { selectedFinding } from './update-findings.ts';

/** Rows for the whole sentence of the selected finding. */
const sentenceRows = 6;

const findingColumns = 30;

/** The body of the Findings screen: what does not work, one row each, and the selected one in full. */
export function findingLines(state: UiState, rows: number): Line[] {
  const { snapshot } = state.findings;
  if (snapshot === null) return [blank, line('  waiting for the first findings')];
  if (snapshot.rows.length === 0) {
    return paragraph(
      state,
      'Nothing to report: every connection seen so far works as its client means it to.',
      'plain',
    );
  }
  const room = Math.max(1, rows - sentenceRows - 2);
  const top = Math.max(0, Math.min(state.findings.cursor - Math.trunc(room / 2), snapshot.rows.length - room));
  const lines: Line[] = [cutLine(line(heading(), 'strong'), state.columns, state.glyphs.ellipsis)];
  for (const [at, finding] of snapshot.rows.slice(top, top + room).entries()) {
    lines.push(rowLine(state, finding, top + at === state.findings.cursor));
  }
  while (lines.length <= room) lines.push(blank);
  return [...lines, ...sentenceLines(state)];
}

function heading(): string {
  return `   COUNT LAST         ${padText('FINDING', findingColumns)} CLIENT                BROKER`;
}

function rowLine(state: UiState, finding: Finding, chosen: boolean): Line {
  const { glyphs, columns } = state;
  const mark = finding.severity === 'error' ? glyphs.bad : glyphs.warn;
  const client = padText(cutText(finding.client ?? '-', 21, glyphs.ellipsis), 21);
  const clock = formatClock(finding.lastUs, state.timeFormat === 'utc');
  const name = padText(cutText(finding.finding, findingColumns, glyphs.ellipsis), findingColumns);
  const text = ` ${mark} ${padTextStart(formatCount(finding.count), 5)} ${clock} ${name} ${client} ${finding.broker ?? '-'}`;
  const row = line(text, finding.severity === 'error' ? 'error' : 'warn');
  return chosen ? selectedLine(row, columns, glyphs.ellipsis) : cutLine(row, columns, glyphs.ellipsis);
}

/** The selected finding as a paragraph: the fact, the cause, the next step. */
function sentenceLines(state: UiState): Line[] {
  const { glyphs, columns, findings } = state;
  const finding = selectedFinding(state);
  const rule = line(glyphs.horizontal.repeat(columns), 'muted');
  if (finding === null) return [rule];
  const lines: Line[] = [rule];
  let row = ' ';
  for (const word of printable(finding.message, glyphs.ascii).split(' ')) {
    if (textWidth(row) + 1 + textWidth(word) > columns - 1 && row !== ' ') {
      lines.push(cutLine(line(row), columns, glyphs.ellipsis));
      row = ' ';
    }
    row += ` ${word}`;
  }
  lines.push(cutLine(line(row), columns, glyphs.ellipsis));
  const omitted = findings.snapshot?.omitted ?? 0;
  if (omitted > 0) lines.push(line(`  ${formatCount(omitted)} more had no room in this list`, 'warn'));
  return lines.slice(0, sentenceRows + 1);
}
