import { describe, expect, it } from 'vitest';
import { composeFrame } from '../../../ui/model/frame.ts';
import { UiSession } from '../../support/ui-session.ts';

describe('a frame', () => {
  it.each([
    [60, 15],
    [80, 24],
    [120, 36],
    [200, 60],
  ])('fills %sx%s on every screen', async (columns, rows) => {
    for (const keys of [[], ['enter'], ['2'], ['3'], ['?'], ['2', '?'], ['3', '?'], ['enter', ':'], ['z']]) {
      const session = await new UiSession(columns, rows).settle();
      await session.keys(...keys);
      const text = session.text();
      expect(text, keys.join(' ')).toHaveLength(rows);
      for (const row of text) expect(row.length).toBeLessThanOrEqual(columns);
      expect(text.join('')).not.toMatch(/\p{Cc}|\p{Cf}/u);
    }
  });

  it('says that the terminal is too small, with its size', () => {
    const frame = new UiSession(50, 10).frame();
    expect(frame.title[0]?.text).toBe('terminal too small (50×10)');
    expect(frame.tabs[0]?.text).toBe('needs 60x15');
    expect(new UiSession(50, 10, { ascii: true }).frame().title[0]?.text).toBe('terminal too small (50x10)');
    expect(frame.body).toEqual([]);
  });

  it('is ASCII throughout where that was asked', async () => {
    const session = await new UiSession(120, 36, { ascii: true, exchanges: 496 }).settle();
    for (const keys of [[], ['enter'], ['2'], ['3'], ['?']]) {
      await session.keys(...keys);
      expect(session.text().join('\n')).toMatch(/^[\x20-\x7e\n]*$/);
    }
  });

  it('has a place for the charts, unless something lies over it', async () => {
    const session = await new UiSession(120, 36).settle();
    await session.keys('2');
    expect(session.frame().charts).toMatchObject({ top: 1, rows: 10 });
    session.press('?');
    expect(session.frame().charts).toBeNull();
    session.press('esc', ':');
    expect(session.frame().charts).not.toBeNull();
  });

  it('keeps the figures on the screen when the run fails', async () => {
    const session = await new UiSession().settle();
    await session.keys('2');
    session.act({ kind: 'failure', message: 'gone' });
    expect(session.text().join('\n')).toContain('Produce');
    expect(session.text().at(-2)).toContain('stopped: gone');
  });

  it('waits for figures, and says what the run says while there are none', async () => {
    const session = new UiSession(120, 36, { exchanges: 0, title: { notice: 'Listening.' } });
    session.press('2');
    expect(composeFrame(session.state).body[1]?.[0]?.text).toContain('waiting for the first figures');
    await session.settle();
    expect(session.text().join('\n')).toContain('Listening.');
  });
});
