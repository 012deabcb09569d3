/** The few signs the screens use. All are one column wide in the narrow reading and none is an emoji. */
export interface Glyphs {
  readonly ascii: boolean;
  readonly cursor: string;
  readonly field: string;
  readonly mark: string;
  readonly open: string;
  readonly closed: string;
  readonly ok: string;
  readonly bad: string;
  readonly warn: string;
  readonly removed: string;
  readonly byDesign: string;
  readonly pending: string;
  readonly unknown: string;
  readonly ellipsis: string;
  readonly record: string;
  readonly arrow: string;
  readonly down: string;
  readonly up: string;
  readonly vertical: string;
  readonly horizontal: string;
  readonly corners: readonly [topLeft: string, topRight: string, bottomLeft: string, bottomRight: string];
  readonly bar: string;
  readonly halfBar: string;
  readonly caret: string;
  readonly between: string;
  readonly sparks: readonly string[];
}

/** Signs for a UTF-8 terminal. */
export const unicodeGlyphs: Glyphs = {
  ascii: false,
  cursor: '▸',
  field: '→',
  mark: 'm',
  open: '▾',
  closed: '▸',
  ok: '✓',
  bad: '✗',
  warn: '!',
  removed: '†',
  byDesign: '∅',
  pending: '…',
  unknown: '?',
  ellipsis: '…',
  record: '●',
  arrow: '→',
  down: '↓',
  up: '↑',
  vertical: '│',
  horizontal: '─',
  corners: ['┌', '┐', '└', '┘'],
  bar: '█',
  halfBar: '▌',
  caret: '▌',
  between: '·',
  sparks: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
};

/** Signs for `--ascii` and terminals whose locale is not UTF-8. */
export const asciiGlyphs: Glyphs = {
  ascii: true,
  cursor: '>',
  field: '>',
  mark: 'm',
  open: '-',
  closed: '+',
  ok: 'ok',
  bad: 'x',
  warn: '!',
  removed: '*',
  byDesign: '-',
  pending: '~',
  unknown: '?',
  ellipsis: '~',
  record: '*',
  arrow: '->',
  down: 'v',
  up: '^',
  vertical: '|',
  horizontal: '-',
  corners: ['+', '+', '+', '+'],
  bar: '#',
  halfBar: '#',
  caret: '_',
  between: ',',
  sparks: ['_', '.', '-', '=', '+', '*', '%', '#'],
};
