import { describe, expect, it } from 'vitest';
import { applyFilter } from '../../../ui/model/update-filter.ts';
import { moveToEnd, placesMax, rowAt, viewName, visibleEnd } from '../../../ui/model/update-list.ts';
import { fakeRow } from '../../support/fake-exchange.ts';
import { UiSession } from '../../support/ui-session.ts';

async function later(session: UiSession, ms: number): Promise<UiSession> {
  session.nowMs += ms;
  return session.settle();
}

describe('the cursor of the list', () => {
  it('follows the newest exchange until a person moves up', async () => {
    const session = await new UiSession(120, 36, { perSecond: 100 }).settle();
    expect(session.state.list.cursorRow?.seq).toBe(500);
    await later(session, 1_000);
    expect(session.state.list.cursorRow?.seq).toBe(600);
    await session.keys('k');
    await later(session, 5_000);
    expect(session.state.list.cursorRow?.seq).toBe(599);
    expect(session.text()[1]).not.toContain('FOLLOW');
  });

  it('goes to the end with G but follows only with F', async () => {
    const session = await new UiSession(120, 36, { perSecond: 100 }).settle();
    await session.keys('g');
    expect(session.state.list.cursorRow?.seq).toBe(1);
    await session.keys('G');
    expect(session.state.list.cursorRow?.seq).toBe(500);
    await later(session, 1_000);
    expect(session.state.list.cursorRow?.seq).toBe(500);
    await session.keys('F');
    await later(session, 1_000);
    expect(session.state.list.cursorRow?.seq).toBe(700);
    await session.keys('F');
    await later(session, 1_000);
    expect(session.state.list.cursorRow?.seq).toBe(700);
  });

  it('moves by rows and pages, and stays inside', async () => {
    const session = await new UiSession().settle();
    await session.keys('ctrl-u');
    expect(session.state.list.cursor).toBe(485);
    await session.keys('pgup');
    expect(session.state.list.cursor).toBe(454);
    await session.keys('ctrl-f', 'ctrl-f', 'ctrl-f', 'down');
    expect(session.state.list.cursor).toBe(500);
    await session.keys('g', 'up', 'k');
    expect(session.state.list.cursor).toBe(1);
  });

  it('shows the row under the cursor whatever the height', async () => {
    const session = await new UiSession(120, 36).settle();
    await session.keys('g', 'pgdn', 'pgdn');
    for (const rows of [15, 40, 20, 60]) {
      session.act({ kind: 'resize', columns: 120, rows });
      await session.settle();
      expect(session.text().filter((row) => row.startsWith('▸'))).toHaveLength(1);
    }
  });
});

describe('freezing', () => {
  it('keeps the screen while the capture goes on', async () => {
    const session = await new UiSession(120, 36, { perSecond: 100 }).settle();
    await session.keys('space');
    const before = session.text().slice(2, -2);
    await later(session, 3_000);
    expect(session.text().slice(2, -2)).toEqual(before);
    expect(session.text()[1]).toContain('+300 new');
    await session.keys('G', 'j', 'j');
    expect(session.state.list.cursorRow?.seq).toBe(500);
    await session.keys('space');
    await session.settle();
    expect(session.state.list.cursorRow?.seq).toBe(800);
  });

  it('ends when a person wants to follow', async () => {
    const session = await new UiSession().settle();
    await session.keys('k', 'space', 'F');
    expect(session.state.frozen).toBeNull();
    expect(session.state.list.follow).toBe(true);
  });

  it('takes the end of a view chosen while frozen', async () => {
    const session = await new UiSession(120, 36, { perSecond: 100 }).settle();
    await session.keys('space');
    session.state = applyFilter(session.state, 'error');
    await session.settle();
    expect(session.state.frozen?.endPosition).toBe(84);
    await later(session, 10_000);
    expect(visibleEnd(session.state.list, session.state.frozen)).toBe(84);
  });
});

describe('switching views', () => {
  it('returns to the same exchange when the filter goes off', async () => {
    const session = await new UiSession().settle();
    await session.keys('g', 'ctrl-d', 'j');
    const seq = session.state.list.cursorRow?.seq;
    session.state = applyFilter(session.state, 'error');
    await session.settle();
    expect(session.state.list.rows.every((row) => row.errors.length > 0)).toBe(true);
    await session.keys('ctrl-x');
    expect(session.state.list.cursorRow?.seq).toBe(seq);
  });

  it('stays on its exchange where the new view has it', async () => {
    const session = await new UiSession(120, 36, { exchanges: 496 }).settle();
    await session.keys('k', 'j');
    expect(session.state.list.cursorRow?.seq).toBe(496);
    session.press('F', 'F');
    session.state = applyFilter({ ...session.state, list: { ...session.state.list, follow: false } }, 'error');
    await session.settle();
    expect(session.state.list.cursorRow?.seq).toBe(496);
  });

  it('goes with the newest match while the filter still runs, unless somebody moved', async () => {
    const session = await new UiSession(120, 36).settle();
    await session.keys('k');
    session.state = applyFilter(session.state, 'orders');
    const request = {
      list: { filter: 'orders', markedOnly: false, from: 'end' as const, count: 31 },
      detail: null,
      overview: false,
    };
    const snapshot = await session.runtime.snapshot(request);
    const list = snapshot.list;
    if (list === null) throw new Error('the fake run gave no list');
    const running = { ...list, rows: [fakeRow(1, 0)], endPosition: 1, filtering: { scanned: 5, total: 500 } };
    session.act({ kind: 'snapshot', snapshot: { ...snapshot, list: running }, request });
    expect(session.state.list).toMatchObject({ cursor: 0, settling: true });
    session.act({ kind: 'snapshot', snapshot, request });
    expect(session.state.list.cursor).toBe(list.endPosition - 1);
    expect(session.state.list.settling).toBe(false);
  });

  it('remembers places up to its limit', async () => {
    const session = await new UiSession().settle();
    for (let at = 0; at < placesMax + 10; at += 1) {
      session.state = applyFilter(session.state, `f${at}`);
      session.state = { ...session.state, list: { ...session.state.list, cursor: 1 } };
    }
    expect(session.state.list.places.size).toBeLessThanOrEqual(placesMax);
    expect(viewName({ filter: 'a', markedOnly: true })).not.toBe(viewName({ filter: 'a', markedOnly: false }));
  });
});

describe('rows', () => {
  it('are found by position, with or without holes', () => {
    expect(rowAt([fakeRow(5), fakeRow(6)], 6)?.seq).toBe(6);
    expect(rowAt([fakeRow(5), fakeRow(9)], 9)?.seq).toBe(9);
    expect(rowAt([fakeRow(5)], 4)).toBeNull();
    expect(rowAt([], 4)).toBeNull();
  });

  it('may all have gone', async () => {
    const session = await new UiSession(120, 36, { exchanges: 0 }).settle();
    await session.keys('j', 'k', 'g', 'G', 'enter', 'm', 'y');
    expect(moveToEnd(session.state, true).list.cursor).toBeNull();
  });
});
