import { printable } from '../../src/wire/printable.ts';
import { overlayCommands } from './command-search.ts';
import { focusOf } from './focus.ts';
import { formatCount } from './format.ts';
import { geometry } from './geometry.ts';
import { actsIn, bindings } from './keymap.ts';
import { cutLine, type Line, line, lineWidth, type Run, spreadLine } from './line.ts';
import { splitAtCaret, type TextField } from './text-field.ts';
import { textWidth } from './text-width.ts';
import { type ScreenName, type UiState, wantedFilter } from './ui-state.ts';
import { visibleEnd } from './update-list.ts';

const tabs: readonly { readonly key: string; readonly screen: ScreenName; readonly title: string }[] = [
  { key: '1', screen: 'traffic', title: 'Traffic' },
  { key: '2', screen: 'overview', title: 'Overview' },
  { key: '3', screen: 'proxy', title: 'Proxy' },
  { key: '4', screen: 'findings', title: 'Findings' },
];

/** The second row: the screens there are, and on the right how the screen stands to time. */
export function tabLine(state: UiState): Line {
  const runs: Run[] = [];
  for (const tab of tabs) {
    const label = `${tab.key} ${tab.title}`;
    // Brackets carry the choice where inverse is not seen.
    if (tab.screen === state.screen) runs.push({ text: `[${label}]`, role: 'strong' });
    else runs.push({ text: ` ${label} `, role: 'plain' });
  }
  return spreadLine(runs, timeBadge(state), state.columns, state.glyphs.ellipsis);
}

function timeBadge(state: UiState): Line {
  const { list, frozen, glyphs } = state;
  const runs: Run[] = [];
  if (list.markedOnly) runs.push({ text: 'MARKED ONLY  ', role: 'accent' });
  if (frozen !== null) {
    const since = Math.max(0, (state.title?.exchanges ?? 0) - frozen.exchanges);
    runs.push({ text: `FROZEN  +${formatCount(since)} new`, role: 'warn' });
  } else if (state.screen === 'traffic' && list.follow) {
    runs.push({ text: 'FOLLOW', role: 'ok' });
  } else if (state.screen === 'traffic') {
    const below = visibleEnd(list, null) - Math.min(list.top + geometry(state).listRows, visibleEnd(list, null));
    if (below > 0) runs.push({ text: `${glyphs.down} ${formatCount(below)} more (G)`, role: 'accent' });
  }
  return runs.length === 0 ? runs : [...runs, { text: ' ', role: 'plain' }];
}

/** The last row but one: filter, question, or what just happened. */
export function barLine(state: UiState): Line {
  const { overlay, glyphs } = state;
  if (overlay?.kind === 'confirm') {
    return cutLine(
      [
        { text: ` ${overlay.question}`, role: 'warn' },
        { text: '  y/n', role: 'key' },
      ],
      state.columns,
      glyphs.ellipsis,
    );
  }
  if (overlay?.kind === 'seek') {
    const typed = [{ text: ' go to ', role: 'key' as const }, ...fieldRuns(state, overlay.query)];
    const wrong = overlay.error === null ? [] : line(`${overlay.error} `, 'error');
    return spreadLine(typed, wrong, state.columns, glyphs.ellipsis);
  }
  if (overlay !== null) {
    const found = overlayCommands(overlay, focusOf(state)).length;
    const prompt = overlay.kind === 'palette' ? ':' : '?';
    return spreadLine(
      [{ text: ` ${prompt} `, role: 'key' }, ...fieldRuns(state, overlay.query)],
      line(`${found} commands `),
      state.columns,
      glyphs.ellipsis,
    );
  }
  if (state.filter.edit !== null) {
    const typed = [{ text: ' / ', role: 'key' as const }, ...fieldRuns(state, state.filter.edit)];
    return spreadLine(typed, shownCount(state), state.columns, glyphs.ellipsis);
  }
  if (state.status !== null) {
    return cutLine(
      line(` ${printable(state.status.text, glyphs.ascii)}`, state.status.role),
      state.columns,
      glyphs.ellipsis,
    );
  }
  if (state.failure !== null) {
    const text = ` ${glyphs.bad} stopped: ${printable(state.failure, glyphs.ascii)}`;
    return spreadLine(line(text, 'error'), shownCount(state), state.columns, glyphs.ellipsis);
  }
  return spreadLine(filterRuns(state), shownCount(state), state.columns, glyphs.ellipsis);
}

/** The typed text with its caret; a long text shows the part around the caret. */
function fieldRuns(state: UiState, field: TextField): Line {
  const [before, after] = splitAtCaret(field);
  const room = Math.max(10, state.columns - 34);
  let shownBefore = printable(before, state.glyphs.ascii);
  while (textWidth(shownBefore) > room) shownBefore = shownBefore.slice(1);
  return [
    { text: shownBefore, role: 'plain' },
    { text: state.glyphs.caret, role: 'accent' },
    { text: printable(after, state.glyphs.ascii), role: 'plain' },
  ];
}

function filterRuns(state: UiState): Line {
  const { filter, glyphs } = state;
  if (filter.text === '') return line(' / type a filter, e.g. api == Produce && latency > 100ms', 'muted');
  const text = printable(filter.text, glyphs.ascii);
  if (!filter.enabled)
    return [
      { text: ' / ', role: 'key' },
      { text: `${text}  (off, ctrl-x switches it on)`, role: 'muted' },
    ];
  const runs: Run[] = [
    { text: ' / ', role: 'key' },
    { text, role: 'strong' },
    { text: '  (ctrl-x off)', role: 'muted' },
  ];
  return filter.error === null ? runs : [...runs, { text: `  ${glyphs.bad} ${errorText(state)}`, role: 'error' }];
}

function errorText(state: UiState): string {
  const { error } = state.filter;
  return error === null ? '' : `col ${error.column}: ${printable(error.message, state.glyphs.ascii)}`;
}

function shownCount(state: UiState): Line {
  if (state.screen !== 'traffic' || state.title === null) return [];
  const { list, title } = state;
  if (list.filtering !== null && list.filtering.total > 0) {
    const percent = Math.trunc((list.filtering.scanned / list.filtering.total) * 100);
    return line(`filtering ${percent} % of ${formatCount(list.filtering.total)} `, 'accent');
  }
  const shown = formatCount(Math.max(0, list.endPosition - list.firstPosition));
  return line(`${shown} of ${formatCount(title.kept)} shown `, wantedFilter(state) === '' ? 'muted' : 'plain');
}

/** The last row: the error of the filter being typed, or the keys that matter in this pane. */
export function hintLine(state: UiState): Line {
  const { overlay, filter } = state;
  if (filter.edit !== null) {
    if (filter.error !== null)
      return cutLine(line(` ${state.glyphs.bad} ${errorText(state)}`, 'error'), state.columns, state.glyphs.ellipsis);
    return hints(state, [
      ['tab', 'complete'],
      ['ctrl-n/p', 'choose'],
      ['enter', 'apply'],
      ['esc', 'cancel'],
      ['up/down', 'history'],
      ['ctrl-u', 'empty the line'],
    ]);
  }
  if (overlay?.kind === 'confirm')
    return hints(state, [
      ['y', 'do it'],
      ['any other key', 'leave it'],
    ]);
  if (overlay?.kind === 'seek')
    return hints(state, [
      ['enter', 'go there'],
      ['14:02:11.5', 'time of day'],
      ['+30s -2m', 'from here'],
      ['50%', 'of the capture'],
      ['esc', 'stay'],
    ]);
  if (overlay !== null)
    return hints(state, [
      ['enter', 'run'],
      ['up/down', 'choose'],
      ['type', 'to search'],
      ['esc', 'close'],
    ]);
  const focus = focusOf(state);
  const shown = bindings.filter((binding) => binding.hint !== undefined && actsIn(binding, focus));
  // Help and quit are the two a lost person needs: they keep their place on the narrowest terminal.
  const last = shown.filter((binding) => binding.command === 'help.show' || binding.command === 'app.quit');
  const others = shown.filter((binding) => !last.includes(binding));
  const pairs = (list: typeof shown) =>
    list.map((b): [string, string] => [b.hintKeys ?? b.keys[0] ?? '', b.hint ?? '']);
  return hints(state, pairs(others), pairs(last));
}

type Hint = readonly [key: string, words: string];

function hints(state: UiState, pairs: readonly Hint[], always: readonly Hint[] = []): Line {
  const end = always.flatMap(hintRuns);
  const runs: Run[] = [];
  const room = state.columns - lineWidth(end) - 1;
  for (const pair of pairs) {
    const next = hintRuns(pair);
    if (lineWidth(runs) + lineWidth(next) > room) break;
    runs.push(...next);
  }
  return [...runs, ...end];
}

function hintRuns([key, words]: Hint): Run[] {
  return [
    { text: ` ${key}`, role: 'key' },
    { text: ` ${words} `, role: 'plain' },
  ];
}
