import type { FieldSpan } from '../../src/protocol/field-span.ts';
import { printable, quoted } from '../../src/wire/printable.ts';
import { focusOf } from './focus.ts';
import { formatCount, formatSize } from './format.ts';
import type { Glyphs } from './glyphs.ts';
import { type Line, line, type Run, selectedLine } from './line.ts';
import { isPayloadField, messageOf, type TreeNode, treeRowsMax } from './tree.ts';
import type { UiState } from './ui-state.ts';
import { treeCursorIndex, treeNodes } from './update-detail.ts';

/** Rows of the decoded tree that are on the screen. */
export function treeLines(state: UiState, width: number, count: number): Line[] {
  const nodes = treeNodes(state.detail);
  const cursor = treeCursorIndex(state.detail);
  const lines: Line[] = [];
  const { treeTop } = state.detail;
  for (let at = treeTop; at < Math.min(treeTop + count, nodes.length); at += 1) {
    const node = nodes[at];
    if (node !== undefined) lines.push(nodeLine(state, node, at === cursor, width));
  }
  if (nodes.length >= treeRowsMax && lines.length < count) {
    lines.push(line(`  more than ${formatCount(treeRowsMax)} fields; collapse some`, 'warn'));
  }
  return lines;
}

function nodeLine(state: UiState, node: TreeNode, isCursor: boolean, width: number): Line {
  const { glyphs } = state;
  const fold = node.container ? (node.expanded ? glyphs.open : glyphs.closed) : ' ';
  const marker = isCursor ? glyphs.field : ' ';
  const head = `${marker}${' '.repeat(Math.max(0, node.depth * 2 - 1))}${node.depth === 0 ? '' : ''}${fold} `;
  const runs: Run[] = [{ text: head, role: isCursor ? 'accent' : 'plain' }, ...labelRuns(state, node)];
  return isCursor && focusOf(state) === 'tree' ? selectedLine(runs, width, glyphs.ellipsis) : runs;
}

function labelRuns(state: UiState, node: TreeNode): Run[] {
  const { span } = node;
  if (span === null) return messageRuns(state, node);
  const { glyphs } = state;
  const name: Run = { text: printable(span.name, glyphs.ascii), role: node.container ? 'strong' : 'plain' };
  const value = valueText(state, node, span);
  const runs: Run[] = value === '' ? [name] : [name, { text: ` ${value}`, role: 'plain' }];
  // The length of an array and the size of records stand there already.
  if (span.note !== null && !/^\d+ (elements?|bytes?)$/.test(span.note)) {
    const bad = isErrorCode(span);
    runs.push({ text: ` ${printable(span.note, glyphs.ascii)}`, role: bad ? 'error' : 'accent' });
  }
  if (span.type.endsWith('RECORDS') && span.children.length === 0 && !state.payloadShown) {
    runs.push({ text: ' hidden (u shows)', role: 'muted' });
  }
  return runs;
}

function messageRuns(state: UiState, node: TreeNode): Run[] {
  const { snapshot } = state.detail;
  const message = snapshot === null ? null : messageOf(snapshot, node.side);
  const title = node.side === 'request' ? 'Request' : 'Response';
  if (message === null)
    return [
      { text: title, role: 'strong' },
      { text: ` ${absence(state, node)}`, role: 'plain' },
    ];
  const runs: Run[] = [
    { text: title, role: 'strong' },
    { text: `  ${formatSize(message.sizeBytes)}`, role: 'plain' },
  ];
  if (message.opaque !== null) {
    const { reason, detail, offset } = message.opaque;
    const where = offset === null ? '' : ` at 0x${offset.toString(16)}`;
    const text = `  ${state.glyphs.unknown} ${reason}${where}: ${printable(detail, state.glyphs.ascii)}`;
    runs.push({ text, role: 'warn' });
  }
  if (message.spansOmitted > 0)
    runs.push({ text: `  ${formatCount(message.spansOmitted)} fields not shown`, role: 'warn' });
  return runs;
}

/** Why a side is missing, in words. */
function absence(state: UiState, node: TreeNode): string {
  const status = state.detail.snapshot?.row.status;
  if (node.side === 'request') return 'not seen';
  if (status === 'in-flight') return 'not answered yet';
  return status === 'unanswered-by-design' ? 'none by design (acks=0)' : 'none: the connection ended first';
}

function isErrorCode(span: FieldSpan): boolean {
  return span.name === 'errorCode' && span.value !== 0;
}

function valueText(state: UiState, node: TreeNode, span: FieldSpan): string {
  const { glyphs } = state;
  if (span.value === undefined) return containerText(span, glyphs);
  if (node.inRecords && isPayloadField(span) && !state.payloadShown) {
    return span.value === null ? 'null' : `${formatSize(span.end - span.start)} hidden (u shows)`;
  }
  if (typeof span.value === 'string')
    return isWord(span) ? printable(span.value, glyphs.ascii) : quoted(span.value, glyphs.ascii);
  return String(span.value);
}

/** UUIDs and the like read better without quotes. */
function isWord(span: FieldSpan): boolean {
  return span.type === 'UUID' || span.type.endsWith('BYTES') || span.type.endsWith('RECORDS');
}

/** What a collapsed or open container holds: the length of an array, the first telling field of a structure. */
function containerText(span: FieldSpan, glyphs: Glyphs): string {
  if (span.type.includes('ARRAY')) return `[${span.children.length}]`;
  if (span.type.endsWith('RECORDS')) return formatSize(span.end - span.start);
  if (!span.name.startsWith('[')) return '';
  const first = span.children.find((child) => child.value !== undefined && child.value !== null);
  if (first === undefined || first.value === undefined) return '';
  const isText = typeof first.value === 'string' && !isWord(first);
  const value = isText ? quoted(String(first.value), glyphs.ascii) : printable(String(first.value), glyphs.ascii);
  return `${first.name} ${value}`;
}
