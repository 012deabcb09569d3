import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bindings } from '../../../ui/model/keymap.ts';
import { lineWidth } from '../../../ui/model/line.ts';
import { runCommand, update } from '../../../ui/model/update.ts';
import { UiSession } from '../../support/ui-session.ts';

describe('update', () => {
  it('opens, walks back and finally names the key that quits', async () => {
    const session = await new UiSession().settle();
    await session.keys('enter');
    expect(session.state.detail).toMatchObject({ open: true, pane: 'tree' });
    await session.keys('\\', 'esc');
    expect(session.state.detail).toMatchObject({ open: true, zoomed: false, pane: 'tree' });
    await session.keys('esc');
    expect(session.state.detail).toMatchObject({ open: true, pane: 'list' });
    await session.keys('q');
    expect(session.state.detail.open).toBe(false);
    await session.keys('q');
    expect(session.text().at(-2)).toBe(' Q or ctrl-c quits');
    expect(session.effects).toEqual([]);
    await session.keys('Q');
    expect(session.effects).toEqual([{ kind: 'quit' }]);
  });

  it('quits by palette and by ctrl-c', () => {
    const session = new UiSession();
    session.press(':').type('q').press('enter', 'ctrl-c', 'ctrl-l');
    expect(session.effects.map((effect) => effect.kind)).toEqual(['quit', 'quit', 'redraw']);
  });

  it('marks at once and asks the run to remember', async () => {
    const session = await new UiSession().settle();
    await session.keys('k', 'm');
    const seq = session.state.list.cursorRow?.seq ?? 0;
    expect(session.runtime.commands).toEqual([{ kind: 'mark', seq, marked: true }]);
    expect(session.text().find((row) => row.startsWith('▸m'))).toContain(String(seq));
    await session.keys('M');
    expect(session.state.list.rows.map((row) => row.seq)).toEqual([seq]);
    expect(session.text()[1]).toContain('MARKED ONLY');
    await session.keys('M');
    expect(session.state.list.cursorRow?.seq).toBe(seq);
  });

  it('copies a row, a cell, a value, a path; never hidden payload', async () => {
    const session = await new UiSession(120, 36, { exchanges: 496 }).settle();
    const copied = () => session.effects.flatMap((effect) => (effect.kind === 'copy' ? [effect.text] : []));
    await session.keys('y', 'l', 'y');
    expect(copied()[0]).toContain('NOT_LEADER_OR_FOLLOWER');
    expect(copied()[1]).toBe('Produce');
    await session.keys('enter', 'j', 'j', 'j', 'j', 'y');
    expect(copied()[2]).toBe('-1');
    expect(session.text().at(-2)).toContain('copied acks (2 characters, OSC 52)');
    await session.keys('k', 'k', 'y');
    expect(copied()[3]).toBe('body');
  });

  it('clears only after a yes', async () => {
    const session = await new UiSession().settle();
    await session.keys('z', 'n');
    expect(session.runtime.commands).toEqual([]);
    await session.keys('z', 'y');
    expect(session.runtime.commands).toEqual([{ kind: 'clear' }]);
    expect(session.text().at(-2)).toContain('history cleared (500 exchanges)');
    expect(session.text().join('\n')).toContain('No exchange yet.');
  });

  it('does not take pasted text for commands', async () => {
    const session = await new UiSession().settle();
    session.act({ kind: 'paste', text: 'QzyM' });
    expect(session.effects).toEqual([]);
    expect(session.text().at(-2)).toContain('pasted text ignored');
    session.press('/').act({ kind: 'paste', text: 'api == Fetch\n' });
    expect(session.state.filter.edit?.text).toBe('api == Fetch ');
    session.press('esc', ':').act({ kind: 'paste', text: 'freeze' });
    expect(session.state.overlay).toMatchObject({ kind: 'palette', query: { text: 'freeze' } });
  });

  it('filters on the chosen cell, on top of the filter in force', async () => {
    const session = await new UiSession(120, 36, { exchanges: 496, filter: 'error' }).settle();
    session.press('f');
    expect(session.state.filter.edit?.text).toBe('error && api == Produce');
    session.press('esc', 'l', 'h', 'f');
    expect(session.state.filter.edit?.text).toMatch(/^error && broker == \d$/);
  });

  it('filters on the selected field', async () => {
    const session = await new UiSession(120, 36, { exchanges: 496 }).settle();
    await session.keys('enter', 'j', 'j', 'j', 'j');
    session.press('f');
    expect(session.state.filter.edit?.text).toBe('req.acks == -1');
    session.press('esc', 'g', 'f');
    expect(session.text().at(-2)).toContain('no value to filter on');
  });

  it('changes the time, shows payload, resizes panes', async () => {
    const session = await new UiSession().settle();
    await session.keys('t');
    expect(session.text()[2]).toContain('SINCE START');
    await session.keys('u');
    expect(session.state.payloadShown).toBe(true);
    await session.keys('enter');
    const before = session.text().findIndex((row) => row.startsWith('─ #'));
    await session.keys('+', '+');
    expect(session.text().findIndex((row) => row.startsWith('─ #'))).toBe(before - 2);
  });

  it('forgets a status after a while, and with the next key', () => {
    const session = new UiSession();
    session.act({ kind: 'say', text: 'done', role: 'ok' });
    expect(session.text().at(-2)).toBe(' done');
    session.act({ kind: 'tick', nowMs: session.nowMs + 10_000 });
    expect(session.text().at(-2)).not.toBe(' done');
    session.press('f5');
    expect(session.text().at(-2)).toBe(' f5 does nothing here; ? shows the keys');
  });

  it('has an answer to every command in every pane', async () => {
    const session = await new UiSession().settle();
    for (const keys of [[], ['enter'], ['tab'], ['2']]) {
      await session.keys(...keys);
      for (const binding of bindings) expect(runCommand(session.state, binding.command).state).toBeDefined();
    }
  });

  it('survives any keys in any order: whole frames, a cursor inside the list, no wide row', async () => {
    const everyKey = [...new Set(bindings.flatMap((binding) => binding.keys)), 'a', '"', '東', 'backspace', 'n', 'y'];
    const key = fc.constantFrom(...everyKey.filter((name) => name !== 'Q' && name !== 'ctrl-c'));
    await fc.assert(
      fc.asyncProperty(
        fc.array(key, { maxLength: 60 }),
        fc.constantFrom([120, 36], [80, 24], [60, 15], [200, 60], [40, 10]),
        async (keys, [columns = 0, rows = 0]) => {
          const session = await new UiSession(120, 36, { perSecond: 50 }).settle();
          for (const [index, name] of keys.entries()) {
            session.press(name);
            session.nowMs += 40;
            if (index % 3 === 0) await session.settle();
            if (index === 20) session.act({ kind: 'resize', columns, rows });
          }
          await session.settle();
          const frame = session.frame();
          const all = [frame.title, frame.tabs, ...frame.body, frame.bar, frame.hints];
          for (const row of all) expect(lineWidth(row)).toBeLessThanOrEqual(Math.max(frame.columns, 36));
          if (frame.columns >= 60) expect(all).toHaveLength(frame.rows);
          const { list } = session.state;
          if (list.cursor !== null) expect(list.cursor).toBeGreaterThanOrEqual(list.firstPosition);
          if (list.cursor !== null) expect(list.cursor).toBeLessThan(list.endPosition);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('does not touch the state it was given', async () => {
    const session = await new UiSession().settle();
    const before = JSON.stringify(session.state);
    update(session.state, { kind: 'key', press: { key: 'j', text: 'j' } });
    expect(JSON.stringify(session.state)).toBe(before);
  });
});
