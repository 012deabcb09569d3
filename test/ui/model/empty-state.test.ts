import { describe, expect, it } from 'vitest';
import { emptyLines, wrapText } from '../../../ui/model/empty-state.ts';
import { lineText } from '../../../ui/model/line.ts';
import { initialState } from '../../../ui/model/ui-state.ts';
import { UiSession } from '../../support/ui-session.ts';

function text(session: UiSession): string {
  return emptyLines(session.state)
    .map((row) => lineText(row).trim())
    .join(' ')
    .trim();
}

describe('a list without rows', () => {
  it('says what the run says', async () => {
    const notice = 'Listening on :19092 → broker:9092 (reachable). Point a client at it: kcat -b localhost:19092 -L';
    expect(text(await new UiSession(60, 24, { exchanges: 0, title: { notice } }).settle())).toBe(notice);
  });

  it('says that nothing came, that the capture ended, that it is being read', async () => {
    expect(text(await new UiSession(120, 36, { exchanges: 0 }).settle())).toBe('No exchange yet.');
    expect(text(await new UiSession(120, 36, { exchanges: 0, title: { finished: true } }).settle())).toBe(
      'The source ended without a Kafka exchange.',
    );
    expect(
      text(
        await new UiSession(120, 36, {
          exchanges: 0,
          title: { reading: { readBytes: 5_242_880, totalBytes: null } },
        }).settle(),
      ),
    ).toBe('reading 5.0 MiB …');
  });

  it('says that the filter hides everything and how to get out', async () => {
    const session = await new UiSession(120, 36, { filter: 'nosuchtopic' }).settle();
    expect(text(session)).toBe('0 of 500 match: nosuchtopic ctrl-x switches the filter off, / edits it.');
    await session.keys('M');
    expect(text(session)).toContain('Only marked exchanges are shown; M shows all.');
  });

  it('says that nothing is marked', async () => {
    const session = await new UiSession().settle();
    await session.keys('M');
    expect(text(session)).toBe('None of 500 exchanges is marked. m marks one, M shows all again.');
  });

  it('says that a filter does not parse, or still runs', async () => {
    const session = await new UiSession(120, 36, { filter: 'x y z' }).settle();
    expect(text(session)).toContain('does not parse');
    const running = await new UiSession(120, 36, { filter: 'nosuch' }).settle();
    running.state = { ...running.state, list: { ...running.state.list, filtering: { scanned: 200, total: 500 } } };
    expect(text(running)).toBe('filtering: 200 of 500 looked at, no match yet');
  });

  it('says why the run failed', async () => {
    const session = await new UiSession(120, 36, { exchanges: 0 }).settle();
    session.act({ kind: 'failure', message: 'broker:9092 refused' });
    expect(text(session)).toBe('stopped: broker:9092 refused');
  });

  it('waits for the first answer, and says nothing when there are rows', async () => {
    const state = initialState({ columns: 80, rows: 24, ascii: false, payload: 'hide', filter: '', nowMs: 0 });
    expect(emptyLines(state).map(lineText).join('')).toContain('waiting for the first snapshot');
    expect(emptyLines((await new UiSession().settle()).state)).toEqual([]);
  });
});

describe('wrapText', () => {
  it('breaks at blanks', () => {
    expect(wrapText('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrapText('averylongword x', 5)).toEqual(['averylongword', 'x']);
    expect(wrapText('', 5)).toEqual(['']);
  });
});
