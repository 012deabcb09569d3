import { describe, expect, it } from 'vitest';
import { selectedIndex, tableOrder } from '../../../ui/model/update-overview.ts';
import { fakeMetrics } from '../../support/fake-runtime.ts';
import { UiSession } from '../../support/ui-session.ts';

describe('the Overview', () => {
  it('leads from every row to its traffic', async () => {
    const expected = ['api == Produce', 'error == NOT_LEADER_OR_FOLLOWER', 'broker == 1'];
    for (const [index, filter] of expected.entries()) {
      const session = await new UiSession().settle();
      await session.keys('2', ...Array<string>(index).fill('tab'), 'enter');
      expect(session.state.screen).toBe('traffic');
      expect(session.state.filter.text).toBe(filter);
    }
  });

  it('keeps the selection on its row when the order changes', async () => {
    const session = await new UiSession().settle();
    await session.keys('2', 'j');
    expect(session.state.overview.selected.api).toBe('1');
    const metrics = fakeMetrics(500);
    session.state = {
      ...session.state,
      overview: { ...session.state.overview, metrics: { ...metrics, byApi: metrics.byApi.toReversed() } },
    };
    expect(selectedIndex(session.state, 'api')).toBe(3);
    await session.keys('G');
    expect(session.state.overview.selected.api).toBe('0');
    await session.keys('g', 'k');
    expect(selectedIndex(session.state, 'api')).toBe(0);
  });

  it('goes round the tables that have rows', async () => {
    const session = await new UiSession().settle();
    await session.keys('2', 'shift-tab');
    expect(session.state.overview.table).toBe('brokers');
    const { overview } = session.state;
    if (overview.metrics === null) throw new Error('no figures');
    session.state = {
      ...session.state,
      overview: { ...overview, table: 'api', metrics: { ...overview.metrics, errors: [] } },
    };
    session.press('tab');
    expect(session.state.overview.table).toBe('brokers');
    expect(tableOrder).toHaveLength(3);
  });

  it('freezes its figures', async () => {
    const session = await new UiSession(120, 36, { perSecond: 100 }).settle();
    await session.keys('2', 'space');
    const before = session.text().slice(2, -2);
    session.nowMs += 9_000;
    await session.settle();
    expect(session.text().slice(2, -2)).toEqual(before);
  });

  it('does nothing on an empty table', async () => {
    const session = new UiSession();
    session.press('2', 'enter', 'j', 'tab');
    expect(session.state.screen).toBe('overview');
  });
});
