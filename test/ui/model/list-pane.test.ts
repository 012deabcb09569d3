import { describe, expect, it } from 'vitest';
import { lineText } from '../../../ui/model/line.ts';
import { listLines } from '../../../ui/model/list-pane.ts';
import { UiSession } from '../../support/ui-session.ts';

async function rows(columns: number, ...keys: string[]): Promise<string[]> {
  const session = await new UiSession(columns, 36, { exchanges: 496 }).settle();
  await session.keys(...keys);
  return listLines(session.state, 3).map((row) => lineText(row).trimEnd());
}

describe('the list', () => {
  it('shows at 120 columns what UX.md shows', async () => {
    expect(await rows(120, 'g')).toEqual([
      '        # TIME UTC     CLIENT       BRK API           V   TOPIC/GROUP          SIZE    LATENCY RESULT',
      '▸       1 14:02:11.203 orders-svc   2   Produce       11  orders.v1         12.4 KB     3.1 ms ✓ 12 rec',
      '        2 14:02:11.208 billing      3   Fetch         16  payments +2      310.0 KB   500.4 ms ✓ waited 499 ms',
      '        3 14:02:11.213 orders-svc   1   Metadata      12  orders.v1           412 B     0.9 ms ✓',
    ]);
  });

  it('keeps time, API, topic, latency and result at 80', async () => {
    expect(await rows(80, 'g')).toEqual([
      '      # TIME UTC     CLIENT     API          TOPIC       LATENCY RESULT',
      '▸     1 14:02:11.203 orders-svc Produce      orders.v1    3.1 ms ✓ 12 rec',
      '      2 14:02:11.208 billing    Fetch        payme… +2  500.4 ms ✓ waited 499 ms',
      '      3 14:02:11.213 orders-svc Metadata     orders.v1    0.9 ms ✓',
    ]);
  });

  it('gives names their room at 200', async () => {
    expect((await rows(200, 'g'))[2]).toBe(
      '        2 14:02:11.208 billing              3   Fetch                        16  payments +2                                                310.0 KB   500.4 ms ✓ waited 499 ms',
    );
  });

  it('puts the selected row in inverse only where the keyboard is', async () => {
    const session = await new UiSession(120, 36).settle();
    await session.keys('g');
    expect(listLines(session.state, 2)[1]?.map((run) => run.role)).toEqual(['select']);
    await session.keys('enter');
    expect(listLines(session.state, 2)[1]?.map((run) => run.role)).toEqual(['strong']);
  });

  it('colours what went wrong and nothing else', async () => {
    const session = await new UiSession(120, 36).settle();
    await session.keys('g', 'G', 'g');
    const roles = listLines(session.state, 12)
      .slice(2)
      .map((row) => row.map((run) => run.role).join());
    expect(roles).toEqual(
      [
        'plain',
        'plain',
        'plain,error',
        'plain',
        'plain,warn',
        'plain,accent',
        'plain,error',
        'plain,warn',
        'plain,plain',
        'plain',
        'plain,warn',
      ].slice(0, roles.length),
    );
  });

  it('marks the chosen column in the heading', async () => {
    const session = await new UiSession(120, 36).settle();
    await session.keys('l');
    const chosen = listLines(session.state, 1)[0]?.find((run) => run.role === 'select');
    expect(chosen?.text.trim()).toBe('API');
  });

  it('tells time since the row above, also of the first visible one', async () => {
    expect((await rows(120, 't', 't', 'g', 'j'))[2]).toContain('+5.0 ms');
  });
});
