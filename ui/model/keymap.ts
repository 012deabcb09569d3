/** Where a key acts: a pane, or everywhere outside of text fields. */
export type Focus = 'list' | 'tree' | 'hex' | 'overview' | 'proxy' | 'findings';

/** A command of the user interface. Every action a person can take has a name, a sentence and a place in this list. */
export interface Binding {
  readonly command: CommandName;
  readonly keys: readonly string[];
  /** Panes where it acts; `any` is all of them. */
  readonly focus: readonly Focus[] | 'any';
  /** What it does, as one phrase for the help screen, the palette and the manual. */
  readonly help: string;
  /** One or two words for the hint line; bindings without it are not hinted. */
  readonly hint?: string;
  /** The keys as the hint line prints them, where that is shorter than the list. */
  readonly hintKeys?: string;
}

/** Names of commands; the palette shows them, `:name` runs them. */
export type CommandName =
  | 'move.down'
  | 'move.up'
  | 'move.halfPageDown'
  | 'move.halfPageUp'
  | 'move.pageDown'
  | 'move.pageUp'
  | 'move.first'
  | 'move.last'
  | 'column.previous'
  | 'column.next'
  | 'tree.collapse'
  | 'tree.expand'
  | 'tree.toggle'
  | 'byte.previous'
  | 'byte.next'
  | 'exchange.open'
  | 'exchange.mark'
  | 'exchange.next'
  | 'exchange.previous'
  | 'table.open'
  | 'pane.next'
  | 'pane.previous'
  | 'pane.zoom'
  | 'pane.grow'
  | 'pane.shrink'
  | 'filter.edit'
  | 'filter.cell'
  | 'filter.toggle'
  | 'filter.clear'
  | 'marks.only'
  | 'list.follow'
  | 'list.freeze'
  | 'time.format'
  | 'payload.toggle'
  | 'copy.value'
  | 'history.clear'
  | 'replay.toggle'
  | 'replay.step'
  | 'replay.faster'
  | 'replay.slower'
  | 'replay.seek'
  | 'screen.traffic'
  | 'screen.overview'
  | 'screen.proxy'
  | 'screen.findings'
  | 'help.show'
  | 'palette.show'
  | 'app.redraw'
  | 'app.back'
  | 'app.quit';

const traffic: readonly Focus[] = ['list', 'tree', 'hex'];

/**
 * The one list of keys: dispatch, hint line, help screen, palette and the table in the manual come from it. The first
 * key of a binding is the one that hints show. Letters follow vim, less, k9s, mitmproxy and termshark.
 */
export const bindings: readonly Binding[] = [
  { command: 'move.down', keys: ['j', 'down'], focus: 'any', help: 'one row down', hint: 'move', hintKeys: 'j/k' },
  { command: 'move.up', keys: ['k', 'up'], focus: 'any', help: 'one row up' },
  {
    command: 'exchange.open',
    keys: ['enter'],
    focus: ['list'],
    help: 'open the exchange: decoded tree and bytes',
    hint: 'open',
  },
  {
    command: 'table.open',
    keys: ['enter'],
    focus: ['overview', 'proxy', 'findings'],
    help: 'show the traffic of this row',
    hint: 'show traffic',
  },
  {
    command: 'tree.toggle',
    keys: ['enter'],
    focus: ['tree'],
    help: 'expand or collapse the field',
    hint: 'expand/collapse',
  },
  { command: 'tree.expand', keys: ['l', 'right'], focus: ['tree'], help: 'expand the field, or go to its first child' },
  { command: 'tree.collapse', keys: ['h', 'left'], focus: ['tree'], help: 'collapse the field, or go to its parent' },
  {
    command: 'byte.next',
    keys: ['l', 'right'],
    focus: ['hex'],
    help: 'next byte; the field that holds it is selected',
    hint: 'byte',
    hintKeys: 'h/l',
  },
  { command: 'byte.previous', keys: ['h', 'left'], focus: ['hex'], help: 'previous byte' },
  { command: 'pane.next', keys: ['tab'], focus: 'any', help: 'next pane or table', hint: 'pane' },
  { command: 'pane.previous', keys: ['shift-tab'], focus: 'any', help: 'previous pane or table' },
  { command: 'filter.edit', keys: ['/'], focus: 'any', help: 'edit the filter', hint: 'filter' },
  {
    command: 'filter.cell',
    keys: ['f'],
    focus: ['list', 'tree', 'hex'],
    help: 'filter on the selected column or field',
    hint: 'filter on cell',
  },
  { command: 'column.next', keys: ['l', 'right'], focus: ['list'], help: 'next column (for f and y)' },
  { command: 'column.previous', keys: ['h', 'left'], focus: ['list'], help: 'previous column' },
  { command: 'filter.toggle', keys: ['ctrl-x'], focus: 'any', help: 'switch the filter off and on again' },
  { command: 'filter.clear', keys: [], focus: 'any', help: 'remove the filter' },
  {
    command: 'list.follow',
    keys: ['F'],
    focus: traffic,
    help: 'follow the newest exchange, or stop following',
    hint: 'follow',
  },
  { command: 'list.freeze', keys: ['space'], focus: 'any', help: 'freeze the screen; capture goes on', hint: 'freeze' },
  {
    command: 'exchange.mark',
    keys: ['m'],
    focus: traffic,
    help: 'mark the exchange, or take the mark off',
    hint: 'mark',
  },
  { command: 'marks.only', keys: ['M'], focus: traffic, help: 'show only marked exchanges, or all again' },
  {
    command: 'exchange.next',
    keys: ['J'],
    focus: ['tree', 'hex'],
    help: 'next exchange of the list, same field',
    hint: 'next/previous',
    hintKeys: 'J/K',
  },
  {
    command: 'exchange.previous',
    keys: ['K'],
    focus: ['tree', 'hex'],
    help: 'previous exchange of the list, same field',
  },
  {
    command: 'pane.zoom',
    keys: ['\\'],
    focus: traffic,
    help: 'zoom the pane to the whole screen and back',
    hint: 'zoom',
  },
  { command: 'pane.grow', keys: ['+', '='], focus: traffic, help: 'more rows for the detail panes' },
  { command: 'pane.shrink', keys: ['_', '-'], focus: traffic, help: 'fewer rows for the detail panes' },
  {
    command: 'copy.value',
    keys: ['y'],
    focus: 'any',
    help: 'copy the selected value or row to the clipboard (OSC 52)',
    hint: 'copy',
  },
  { command: 'payload.toggle', keys: ['u'], focus: traffic, help: 'show or hide record keys and values' },
  { command: 'time.format', keys: ['t'], focus: traffic, help: 'time format: local, UTC, since start, delta' },
  { command: 'move.halfPageDown', keys: ['ctrl-d'], focus: 'any', help: 'half a page down' },
  { command: 'move.halfPageUp', keys: ['ctrl-u'], focus: 'any', help: 'half a page up' },
  { command: 'move.pageDown', keys: ['ctrl-f', 'pgdn'], focus: 'any', help: 'one page down' },
  { command: 'move.pageUp', keys: ['ctrl-b', 'pgup'], focus: 'any', help: 'one page up' },
  { command: 'move.first', keys: ['g', 'home'], focus: 'any', help: 'to the first row' },
  { command: 'move.last', keys: ['G', 'end'], focus: 'any', help: 'to the last row' },
  { command: 'history.clear', keys: ['z'], focus: traffic, help: 'clear the history (asks first)' },
  { command: 'replay.toggle', keys: ['p'], focus: 'any', help: 'replay: pause or go on' },
  { command: 'replay.step', keys: ['.'], focus: 'any', help: 'replay: pause, and go on to the next exchange' },
  { command: 'replay.faster', keys: ['>'], focus: 'any', help: 'replay: faster' },
  { command: 'replay.slower', keys: ['<'], focus: 'any', help: 'replay: slower' },
  { command: 'replay.seek', keys: ['s'], focus: 'any', help: 'replay: go to a time, such as 14:02:11, +30s or 50%' },
  { command: 'screen.traffic', keys: ['1'], focus: 'any', help: 'screen 1: Traffic' },
  { command: 'screen.overview', keys: ['2'], focus: 'any', help: 'screen 2: Overview' },
  {
    command: 'screen.proxy',
    keys: ['3'],
    focus: 'any',
    help: 'screen 3: Proxy, its innocence and its connections',
  },
  { command: 'screen.findings', keys: ['4'], focus: 'any', help: 'screen 4: Findings, what does not work and why' },
  { command: 'palette.show', keys: [':', 'ctrl-p'], focus: 'any', help: 'command palette' },
  { command: 'help.show', keys: ['?'], focus: 'any', help: 'help: search the keys, enter runs one', hint: 'help' },
  { command: 'app.redraw', keys: ['ctrl-l'], focus: 'any', help: 'redraw the screen' },
  { command: 'app.back', keys: ['q', 'esc'], focus: 'any', help: 'back: close what was opened last', hint: 'back' },
  { command: 'app.quit', keys: ['Q', 'ctrl-c'], focus: 'any', help: 'quit: stop the capture and leave', hint: 'quit' },
];

const table = new Map<string, CommandName>();
for (const binding of bindings) {
  const places: readonly Focus[] =
    binding.focus === 'any' ? ['list', 'tree', 'hex', 'overview', 'proxy', 'findings'] : binding.focus;
  for (const place of places) for (const key of binding.keys) table.set(`${place} ${key}`, binding.command);
}

/** The command a key runs in a pane, or null. */
export function commandForKey(focus: Focus, key: string): CommandName | null {
  return table.get(`${focus} ${key}`) ?? null;
}

/** Does the binding act in this pane? */
export function actsIn(binding: Binding, focus: Focus): boolean {
  return binding.focus === 'any' || binding.focus.includes(focus);
}

/** Keys of a binding as people read them: `j, down`. */
export function keysText(binding: Binding): string {
  return binding.keys.join(', ');
}

/** The keys as a Markdown table for the manual. */
export function keymapMarkdown(): string {
  const lines = ['| keys | where | what it does | command |', '| --- | --- | --- | --- |'];
  for (const binding of bindings) {
    const keys = binding.keys.map((key) => `\`${key}\``).join(' ') || '(palette)';
    const where = binding.focus === 'any' ? 'everywhere' : binding.focus.join(', ');
    lines.push(`| ${keys} | ${where} | ${binding.help} | \`${binding.command}\` |`);
  }
  return `${lines.join('\n')}\n`;
}
