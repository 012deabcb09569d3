import type { FieldSpan } from '../../src/protocol/field-span.ts';
import type { DetailSnapshot, MessageDetail } from '../../src/store/snapshot.ts';

/** Which message of the exchange a node or a byte belongs to. */
export type MessageSide = 'request' | 'response';

/** A visible row of the decoded tree. */
export interface TreeNode {
  /** `request`, `response`, or the side and the path: `request body.topicData[0].name`. */
  readonly id: string;
  readonly side: MessageSide;
  readonly depth: number;
  /** null for the two message rows. */
  readonly span: FieldSpan | null;
  readonly parent: string | null;
  readonly container: boolean;
  readonly expanded: boolean;
  /** Inside a records field: keys and values are payload, which may be hidden. */
  readonly inRecords: boolean;
}

/** Most rows of a tree that are laid out; what is beyond is announced in the last row. */
export const treeRowsMax = 20_000;

/** Children more than this start collapsed, but for the first. */
const childrenOpenMax = 8;

/** The message of one side, or null where it was not seen. */
export function messageOf(detail: DetailSnapshot, side: MessageSide): MessageDetail | null {
  return side === 'request' ? detail.request : detail.response;
}

/** Name of a span's node. */
export function nodeId(side: MessageSide, path: string): string {
  return `${side} ${path}`;
}

/** The side a node name belongs to. */
export function sideOf(id: string): MessageSide {
  return id.startsWith('response') ? 'response' : 'request';
}

/** Is the field a container, that is, can it be expanded? */
export function isContainer(span: FieldSpan): boolean {
  return span.children.length > 0;
}

function expandedByDefault(span: FieldSpan, parent: FieldSpan | null, index: number): boolean {
  if (parent === null) return span.path !== 'header';
  if (span.type.endsWith('RECORDS')) return false;
  return parent.children.length <= childrenOpenMax || index === 0;
}

/** The visible rows: both messages, depth first, children of collapsed nodes left out. */
export function flattenTree(detail: DetailSnapshot, expanded: ReadonlyMap<string, boolean>): TreeNode[] {
  const nodes: TreeNode[] = [];
  for (const side of ['request', 'response'] as const) {
    const message = messageOf(detail, side);
    const spans = message?.spans ?? [];
    const open = expanded.get(side) ?? true;
    nodes.push({
      id: side,
      side,
      depth: 0,
      span: null,
      parent: null,
      container: spans.length > 0,
      expanded: open,
      inRecords: false,
    });
    if (!open) continue;
    for (const [index, span] of spans.entries()) {
      addNode(nodes, { side, span, parentId: side, parent: null, depth: 1, index, inRecords: false }, expanded);
    }
  }
  return nodes;
}

interface NodePlace {
  readonly side: MessageSide;
  readonly span: FieldSpan;
  readonly parentId: string;
  readonly parent: FieldSpan | null;
  readonly depth: number;
  readonly index: number;
  readonly inRecords: boolean;
}

function addNode(nodes: TreeNode[], place: NodePlace, expanded: ReadonlyMap<string, boolean>): void {
  if (nodes.length >= treeRowsMax) return;
  const { side, span, depth } = place;
  const id = nodeId(side, span.path);
  const container = isContainer(span);
  const open = container && (expanded.get(id) ?? expandedByDefault(span, place.parent, place.index));
  const inRecords = place.inRecords || span.type.endsWith('RECORDS');
  nodes.push({ id, side, depth, span, parent: place.parentId, container, expanded: open, inRecords: place.inRecords });
  if (!open) return;
  for (const [index, child] of span.children.entries()) {
    addNode(nodes, { side, span: child, parentId: id, parent: span, depth: depth + 1, index, inRecords }, expanded);
  }
}

/** Place of a node in the visible rows; where it is not visible, of its nearest visible ancestor, else 0. */
export function nodeIndex(nodes: readonly TreeNode[], id: string): number {
  let wanted = id;
  while (wanted !== '') {
    const at = nodes.findIndex((node) => node.id === wanted);
    if (at >= 0) return at;
    wanted = parentId(wanted);
  }
  return 0;
}

function parentId(id: string): string {
  const cut = Math.max(id.lastIndexOf('.'), id.lastIndexOf('['));
  if (cut > 0) return id.slice(0, cut);
  const space = id.indexOf(' ');
  return space > 0 ? id.slice(0, space) : '';
}

interface IndexedSpan {
  readonly span: FieldSpan;
  readonly parent: FieldSpan | null;
}

const indexes = new WeakMap<MessageDetail, ReadonlyMap<string, IndexedSpan>>();

/** Fields of a message by path. A tagged field's path does not name the branch it stands in, so paths are no guide. */
function spanIndex(message: MessageDetail): ReadonlyMap<string, IndexedSpan> {
  const known = indexes.get(message);
  if (known !== undefined) return known;
  const index = new Map<string, IndexedSpan>();
  addToIndex(index, message.spans, null);
  indexes.set(message, index);
  return index;
}

function addToIndex(index: Map<string, IndexedSpan>, spans: readonly FieldSpan[], parent: FieldSpan | null): void {
  for (const span of spans) {
    if (!index.has(span.path)) index.set(span.path, { span, parent });
    addToIndex(index, span.children, span);
  }
}

/** Names of all nodes above a field, outermost first. */
export function ancestorIds(message: MessageDetail | null, id: string): string[] {
  const side = sideOf(id);
  const above: string[] = [];
  if (message === null || id === side) return above;
  const index = spanIndex(message);
  let parent = index.get(pathOf(id))?.parent ?? null;
  while (parent !== null) {
    above.unshift(nodeId(side, parent.path));
    parent = index.get(parent.path)?.parent ?? null;
  }
  return [side, ...above];
}

function pathOf(id: string): string {
  return id.slice(id.indexOf(' ') + 1);
}

/**
 * The innermost field that covers a byte, or null where none does (padding, an undecoded rest). Fields without
 * bytes of their own never win: their byte belongs to somebody else. `view` says which bytes the offset counts in:
 * those of the message, or of an uncompressed batch.
 */
export function innermostSpan(spans: readonly FieldSpan[], offset: number, view?: number): FieldSpan | null {
  for (const span of spans) {
    const inView = span.view === view;
    if (inView && (offset < span.start || offset >= span.end)) continue;
    const inner = innermostSpan(span.children, offset, view);
    if (inner !== null) return inner;
    if (inView) return span;
  }
  return null;
}

/** The field of a node name, or null when this message has none of that path. */
export function spanAt(message: MessageDetail | null, id: string): FieldSpan | null {
  if (message === null || !id.includes(' ')) return null;
  return spanIndex(message).get(pathOf(id))?.span ?? null;
}

/** Byte ranges of keys, values and undecoded records: what `--payload hide` covers up in the bytes pane. */
export function payloadRanges(spans: readonly FieldSpan[]): (readonly [start: number, end: number])[] {
  const ranges: (readonly [number, number])[] = [];
  collectPayload(spans, false, ranges);
  return ranges;
}

function collectPayload(spans: readonly FieldSpan[], inRecords: boolean, ranges: (readonly [number, number])[]): void {
  for (const span of spans) {
    const isRecords = span.type.endsWith('RECORDS');
    if (isRecords && span.children.length === 0) ranges.push([span.start, span.end]);
    else if (inRecords && isPayloadField(span)) ranges.push([span.start, span.end]);
    else collectPayload(span.children, inRecords || isRecords, ranges);
  }
}

/** Is this field of a record its key, its value or a header's value? */
export function isPayloadField(span: FieldSpan): boolean {
  return span.name === 'key' || span.name === 'value';
}
