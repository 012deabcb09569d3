import { type Candidate, type Completion, completeFilter } from '../../src/filter/complete.ts';
import type { ExchangeRow } from '../../src/store/snapshot.ts';
import { printable } from '../../src/wire/printable.ts';
import { filterString } from './filter-term.ts';
import { cutLine, type Line, type Run, selectedLine } from './line.ts';
import { insertText, splitAtCaret, type TextField } from './text-field.ts';
import { padText } from './text-width.ts';
import type { UiState } from './ui-state.ts';

/** Rows of the list of proposals. */
export const completionRowsMax = 8;

/** What may stand at the caret of the filter being typed: the language's own words first, then values on the screen. */
export function completionOf(state: UiState): Completion | null {
  const { edit } = state.filter;
  if (edit === null) return null;
  const [before] = splitAtCaret(edit);
  const completion = completeFilter(before, before.length);
  const seen = completion.valueOf === null ? [] : seenValues(state.list.rows, completion.valueOf);
  const prefix = before.slice(completion.from).toLowerCase();
  const fitting = seen.filter((text) => text.toLowerCase().includes(prefix));
  const values = fitting.map((text): Candidate => ({ text, kind: 'value', help: 'seen in the list' }));
  const known = new Set(values.map((value) => value.text));
  const rest = completion.candidates.filter((candidate) => !known.has(candidate.text));
  const candidates = [...values, ...rest].filter((candidate) => candidate.text.toLowerCase() !== prefix);
  return { ...completion, candidates };
}

/** Values of a field in the rows that are here, as the language writes them. */
function seenValues(rows: readonly ExchangeRow[], field: string): string[] {
  const found = new Set<string>();
  for (const row of rows) {
    for (const value of valuesOf(row, field)) found.add(value);
  }
  return [...found].sort();
}

function valuesOf(row: ExchangeRow, field: string): readonly string[] {
  switch (field) {
    case 'api':
      return row.apiName === null ? [] : [row.apiName];
    case 'error':
      return row.errors.map((error) => error.name);
    case 'topic':
      return row.topics.map(filterString);
    case 'group':
      return row.group === null ? [] : [filterString(row.group)];
    case 'client.id':
      return row.clientId === null ? [] : [filterString(row.clientId)];
    case 'txn.id':
      return row.transactionalId === null ? [] : [filterString(row.transactionalId)];
    case 'broker':
      return row.nodeId === null ? [] : [row.nodeId.toString()];
    case 'broker.address':
      return [filterString(row.broker)];
    default:
      return [];
  }
}

/** The field with the chosen proposal put in; unchanged when there is none. */
export function complete(state: UiState): TextField | null {
  const { edit, choice } = state.filter;
  const completion = completionOf(state);
  const chosen = completion?.candidates[Math.min(choice, completion.candidates.length - 1)];
  if (edit === null || completion === null || chosen === undefined) return edit;
  const [before, after] = splitAtCaret(edit);
  const head = before.slice(0, completion.from);
  const text =
    chosen.text.endsWith('(') || chosen.text.endsWith('{') || after.startsWith(' ') ? chosen.text : `${chosen.text} `;
  const typed = insertText({ text: '', caret: 0 }, head + text);
  return { text: typed.text + after, caret: typed.caret };
}

/** Rows of proposals above the bar; none before a letter was typed, so that an empty bar hides nothing. */
export function completionLines(state: UiState): Line[] {
  const { edit, choice } = state.filter;
  if (edit === null || edit.text === '') return [];
  const completion = completionOf(state);
  if (completion === null || completion.candidates.length === 0) return [];
  const { candidates } = completion;
  const index = Math.min(choice, candidates.length - 1);
  const top = Math.max(0, Math.min(index - completionRowsMax + 2, candidates.length - completionRowsMax));
  return candidates.slice(top, top + completionRowsMax).map((candidate, at): Line => {
    const chosen = top + at === index;
    const runs: Run[] = [
      { text: chosen ? ` ${state.glyphs.cursor} ` : '   ', role: 'accent' },
      { text: padText(printable(candidate.text, state.glyphs.ascii), 28), role: 'key' },
      { text: ` ${printable(candidate.help, state.glyphs.ascii)}`, role: 'muted' },
    ];
    if (chosen) return selectedLine(runs, state.columns, state.glyphs.ellipsis);
    return cutLine(runs, state.columns, state.glyphs.ellipsis);
  });
}
