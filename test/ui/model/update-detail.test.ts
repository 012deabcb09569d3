import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { highlightOf } from '../../../ui/model/highlight.ts';
import { isContainer } from '../../../ui/model/tree.ts';
import {
  expandedMax,
  moveByte,
  nextPane,
  setExpanded,
  treeCursorIndex,
  treeNodes,
  withTreeCursor,
} from '../../../ui/model/update-detail.ts';
import { UiSession } from '../../support/ui-session.ts';

async function produce(): Promise<UiSession> {
  const session = await new UiSession(120, 36, { exchanges: 496 }).settle();
  return session.keys('enter');
}

describe('the tree pane', () => {
  it('marks the bytes of every field it comes to', async () => {
    const session = await produce();
    const count = treeNodes(session.state.detail).length;
    for (let at = 0; at < count; at += 1) {
      session.state = withTreeCursor(session.state, at);
      const node = treeNodes(session.state.detail)[at];
      const marked = highlightOf(session.state.detail);
      if (node?.span === null || node === undefined || node.span.end === node.span.start) expect(marked).toBeNull();
      else expect(marked).toMatchObject({ side: node.side, start: node.span.start, end: node.span.end });
    }
  });

  it('collapses to the parent, expands to the child', async () => {
    const session = await produce();
    await session.keys('j', 'l');
    expect(session.text().join('\n')).toContain('clientId "orders-svc"');
    await session.keys('l');
    expect(session.state.detail.treeCursor).toBe('request header.requestApiKey');
    await session.keys('h');
    expect(session.state.detail.treeCursor).toBe('request header');
    await session.keys('h', 'h');
    expect(session.state.detail.treeCursor).toBe('request');
    await session.keys('enter');
    expect(treeNodes(session.state.detail)[1]?.id).toBe('response');
    await session.keys('enter', 'G', 'g');
    expect(treeCursorIndex(session.state.detail)).toBe(0);
  });

  it('stays on the same field when the exchange changes', async () => {
    const session = await produce();
    await session.keys('j', 'j', 'j', 'j');
    expect(session.state.detail.treeCursor).toBe('request body.acks');
    await session.keys(...Array<string>(12).fill('K'));
    expect(session.state.detail.snapshot?.row.seq).toBe(484);
    expect(session.state.detail.treeCursor).toBe('request body.acks');
    expect(highlightOf(session.state.detail)).not.toBeNull();
    await session.keys('K');
    expect(session.state.detail.snapshot?.row.apiName).toBe('Metadata');
    expect(session.text().join('\n')).toContain('→ ▾ body');
  });

  it('remembers what was opened up to its limit', async () => {
    const session = await produce();
    for (let at = 0; at < expandedMax + 5; at += 1) session.state = setExpanded(session.state, `request x${at}`, true);
    expect(session.state.detail.expanded.size).toBe(expandedMax);
  });
});

describe('the bytes pane', () => {
  it('selects the innermost field under the cursor, also in a closed branch', async () => {
    const session = await produce();
    session.state = setExpanded(session.state, 'request body', false);
    const bytes = session.state.detail.snapshot?.request?.bytes.length ?? 0;
    fc.assert(
      fc.property(fc.nat(bytes - 1), (byte) => {
        const moved = moveByte(session.state, byte);
        const node = treeNodes(moved.detail)[treeCursorIndex(moved.detail)];
        expect(moved.detail.byte).toBe(byte);
        expect(node?.id).toBe(moved.detail.treeCursor);
        if (node?.span == null) return;
        expect(byte).toBeGreaterThanOrEqual(node.span.start);
        expect(byte).toBeLessThan(node.span.end);
        if (isContainer(node.span))
          expect(node.span.children.some((child) => byte >= child.start && byte < child.end)).toBe(false);
      }),
    );
  });

  it('moves by bytes and lines and stays inside', async () => {
    const session = await produce();
    await session.keys('tab', 'l', 'l');
    expect(session.state.detail).toMatchObject({ byte: 2, treeCursor: 'request header.requestApiVersion' });
    await session.keys('j');
    expect(session.state.detail.byte).toBe(18);
    await session.keys('G');
    expect(session.state.detail.byte).toBe((session.state.detail.snapshot?.request?.bytes.length ?? 0) - 1);
    await session.keys('g', 'h');
    expect(session.state.detail.byte).toBe(0);
  });

  it('shows the bytes of the response when the tree is there', async () => {
    const session = await produce();
    await session.keys('G');
    expect(session.state.detail.treeCursor.startsWith('response')).toBe(true);
    await session.keys('tab', 'l');
    expect(highlightOf(session.state.detail)?.side).toBe('response');
  });
});

describe('panes', () => {
  it('go round in both directions', () => {
    expect([nextPane('list', 1), nextPane('hex', 1), nextPane('list', -1)]).toEqual(['tree', 'list', 'hex']);
  });
});
