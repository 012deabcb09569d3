import { printable } from '../../src/wire/printable.ts';
import { overlayCommands } from './command-search.ts';
import { focusOf } from './focus.ts';
import { actsIn, type Binding, type Focus, keysText } from './keymap.ts';
import { cutLine, type Line, line, type Run, selectedLine } from './line.ts';
import { padText } from './text-width.ts';
import type { Overlay, UiState } from './ui-state.ts';

const paneNames: Readonly<Record<Focus, string>> = {
  list: 'exchange list',
  tree: 'decoded tree',
  hex: 'bytes',
  overview: 'overview',
  proxy: 'proxy',
  findings: 'findings',
};

/** The rows of help or palette, drawn over the last rows of the body; the list goes on living above them. */
export function overlayLines(
  state: UiState,
  overlay: Extract<Overlay, { kind: 'help' | 'palette' }>,
  rows: number,
): Line[] {
  const focus = focusOf(state);
  const found = overlayCommands(overlay, focus);
  const lines: Line[] = [headingLine(state, overlay, focus)];
  if (found.length === 0) {
    lines.push(line(`  no command fits "${printable(overlay.query.text, state.glyphs.ascii)}"`, 'warn'));
  }
  const room = rows - 1;
  const index = Math.min(overlay.index, Math.max(0, found.length - 1));
  const top = Math.max(0, Math.min(index - Math.trunc(room / 2), found.length - room));
  for (const [at, binding] of found.slice(top, top + room).entries()) {
    lines.push(bindingLine(state, binding, focus, top + at === index));
  }
  while (lines.length < rows) lines.push([]);
  return lines.slice(0, rows);
}

function headingLine(state: UiState, overlay: Extract<Overlay, { kind: 'help' | 'palette' }>, focus: Focus): Line {
  const { glyphs, columns } = state;
  const title = overlay.kind === 'help' ? `Help: ${paneNames[focus]}, then the rest` : 'Commands';
  const text = `${glyphs.horizontal} ${title} ${glyphs.horizontal} type to search, enter runs, esc closes `;
  const rule = glyphs.horizontal.repeat(Math.max(0, columns - text.length));
  return cutLine([{ text: text + rule, role: 'accent' }], columns, glyphs.ellipsis);
}

function bindingLine(state: UiState, binding: Binding, focus: Focus, chosen: boolean): Line {
  const { glyphs, columns } = state;
  const places = binding.focus === 'any' ? '' : binding.focus.map((place) => paneNames[place]).join(', ');
  const runs: Run[] = [
    { text: chosen ? ` ${glyphs.cursor} ` : '   ', role: 'accent' },
    { text: padText(keysText(binding) || '(no key)', 14), role: 'key' },
    { text: ' ', role: 'plain' },
    { text: padText(binding.help, 60), role: actsIn(binding, focus) ? 'plain' : 'muted' },
  ];
  if (columns >= 104) runs.push({ text: ` ${padText(binding.command, 22)} ${places}`, role: 'muted' });
  return chosen ? selectedLine(runs, columns, glyphs.ellipsis) : cutLine(runs, columns, glyphs.ellipsis);
}
