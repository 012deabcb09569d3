import { describe, expect, it } from 'vitest';
import { lineText } from '../../../ui/model/line.ts';
import { treeLines } from '../../../ui/model/tree-pane.ts';
import { fakeDetail } from '../../support/fake-exchange.ts';
import { UiSession } from '../../support/ui-session.ts';

async function shown(seq: number, width = 60): Promise<string[]> {
  const session = await new UiSession(120, 36, { exchanges: seq }).settle();
  await session.keys('enter');
  return treeLines(session.state, width, 40).map((row) => lineText(row).trimEnd());
}

describe('the tree pane', () => {
  it('shows a produce and its answer', async () => {
    expect(await shown(4)).toEqual([
      '→▾ Request  11.9 KB',
      '  ▸ header',
      '  ▾ body',
      '      transactionalId null',
      '      acks -1 all in-sync replicas',
      '      timeoutMs 30000',
      '    ▾ topicData [1]',
      '      ▾ [0] name "orders.v1"',
      '          name "orders.v1"',
      '        ▾ partitionData [1]',
      '          ▾ [0] index 3',
      '              index 3',
      '              records 96 B 1 rec lz4 hidden (u shows)',
      ' ▾ Response  61 B',
      '  ▸ header',
      '  ▾ body',
      '    ▾ responses [1]',
      '      ▾ [0] name "orders.v1"',
      '          name "orders.v1"',
      '        ▾ partitionResponses [1]',
      '          ▾ [0] index 3',
      '              index 3',
      '              errorCode 6 NOT_LEADER_OR_FOLLOWER',
      '              baseOffset 9007199254740993',
      '      throttleTimeMs 0',
    ]);
  });

  it('says why a side is missing', async () => {
    expect((await shown(7)).at(-1)).toBe('   Response not answered yet');
    expect((await shown(10)).at(-1)).toBe('   Response none by design (acks=0)');
  });

  it('says why a body is not decoded', async () => {
    expect((await shown(9))[0]).toBe('→  Request  41 B  ? unknown-api at 0x0: no API has key 999');
  });

  it('shows hostile text as text', async () => {
    const session = await new UiSession(120, 36, { exchanges: 12 }).settle();
    await session.keys('enter', 'j', 'enter');
    const all = treeLines(session.state, 100, 40).map(lineText).join('\n');
    expect(all).toContain('clientId "\\\\x1b]0;owned\\x07'.replace('\\\\', '\\'));
    expect(all.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cf}/u);
  });

  it('hides keys and values of records until they are asked for', async () => {
    const session = await new UiSession(120, 36, { exchanges: 4 }).settle();
    await session.keys('enter');
    const detail = fakeDetail(4);
    const key = {
      name: 'value',
      path: 'body.records.value',
      type: 'STRING',
      value: 'secret',
      note: null,
      start: 0,
      end: 6,
      children: [],
    };
    const records = {
      name: 'records',
      path: 'body.records',
      type: 'RECORDS',
      value: undefined,
      note: null,
      start: 0,
      end: 6,
      children: [key],
    };
    const request = detail.request === null ? null : { ...detail.request, spans: [records] };
    const expanded = new Map([['request body.records', true]]);
    session.state = {
      ...session.state,
      detail: { ...session.state.detail, expanded, snapshot: { ...detail, request } },
    };
    expect(treeLines(session.state, 60, 9).map(lineText).join('\n')).toContain('value 6 B hidden (u shows)');
    session.press('u');
    expect(treeLines(session.state, 60, 9).map(lineText).join('\n')).toContain('value "secret"');
  });
});
