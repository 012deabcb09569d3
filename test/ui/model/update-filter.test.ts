import { describe, expect, it } from 'vitest';
import { applyFilter, filterHistoryMax, openFilter, toggleMarkedOnly } from '../../../ui/model/update-filter.ts';
import { UiSession } from '../../support/ui-session.ts';

describe('the filter bar', () => {
  it('shows what a filter would do while it is typed', async () => {
    const session = await new UiSession().settle();
    session.press('/').type('api == Fetch');
    await session.settle();
    expect(session.state.list.rows.every((row) => row.apiName === 'Fetch')).toBe(true);
    expect(session.state.filter.text).toBe('');
  });

  it('leaves everything as it was after esc', async () => {
    const session = await new UiSession(120, 36, { filter: 'error' }).settle();
    session.press('/').type(' && x');
    await session.keys('esc');
    expect(session.state.filter).toMatchObject({ text: 'error', edit: null, error: null });
    expect(session.state.list.endPosition).toBe(84);
  });

  it('keeps the rows and stays open while the text does not parse', async () => {
    const session = await new UiSession().settle();
    session.press('/').type('error');
    await session.settle();
    const rows = session.text().slice(3, 10);
    session.type(' && ?');
    await session.settle();
    expect(session.text().slice(3, 10)).toEqual(rows);
    await session.keys('enter');
    expect(session.state.filter.edit).not.toBeNull();
    expect(session.state.filter.error?.column).toBe(10);
  });

  it('walks the history', async () => {
    const session = await new UiSession().settle();
    for (const text of ['error', 'orders', 'error']) session.press('/', 'ctrl-u').type(text).press('enter');
    expect(session.state.filter.history).toEqual(['error', 'orders']);
    session.press('/', 'up', 'up');
    expect(session.state.filter.edit?.text).toBe('orders');
    session.press('up', 'down');
    expect(session.state.filter.edit?.text).toBe('error');
    session.press('down');
    expect(session.state.filter.edit?.text).toBe('');
    for (let at = 0; at < filterHistoryMax + 5; at += 1) session.state = applyFilter(session.state, `word${at}`);
    expect(session.state.filter.history).toHaveLength(filterHistoryMax);
  });

  it('switches off and on', async () => {
    const session = await new UiSession(120, 36, { filter: 'error' }).settle();
    await session.keys('ctrl-x');
    expect(session.state.list.endPosition).toBe(501);
    await session.keys('ctrl-x');
    expect(session.state.list.endPosition).toBe(84);
    session.press('/', 'ctrl-u', 'enter', 'ctrl-x');
    expect(session.text().at(-2)).toContain('no filter to switch on');
  });

  it('removes the filter by the palette', async () => {
    const session = await new UiSession(120, 36, { filter: 'error' }).settle();
    session.press(':').type('remove').press('enter');
    expect(session.state.filter.text).toBe('');
  });

  it('combines with the marks', async () => {
    const session = await new UiSession().settle();
    session.state = toggleMarkedOnly(session.state);
    session.state = openFilter(session.state, 'error');
    await session.settle();
    expect(session.runtime.requests.at(-1)?.list).toMatchObject({ filter: 'error', markedOnly: true });
  });
});
