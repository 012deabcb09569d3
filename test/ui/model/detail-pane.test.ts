import { describe, expect, it } from 'vitest';
import { detailLines } from '../../../ui/model/detail-pane.ts';
import { geometry } from '../../../ui/model/geometry.ts';
import { lineText, lineWidth } from '../../../ui/model/line.ts';
import { UiSession } from '../../support/ui-session.ts';

async function detail(columns: number, ...keys: string[]): Promise<string[]> {
  const session = await new UiSession(columns, 36, { exchanges: 496 }).settle();
  await session.keys('enter', ...keys);
  const lines = detailLines(session.state, geometry(session.state));
  expect(lines).toHaveLength(geometry(session.state).detailRows);
  for (const row of lines.slice(1)) expect(lineWidth(row)).toBeLessThanOrEqual(columns);
  return lines.map((row) => lineText(row).trimEnd());
}

describe('the detail area', () => {
  it('heads with what the exchange was and how it ended', async () => {
    expect((await detail(160))[0]).toMatch(
      /^─ #496 Produce v11 → broker 2 ─ ✗ NOT_LEADER_OR_FOLLOWER ─ 812\.0 ms ─ req 11\.9 KB ─ res 61 B ─ conn 2 127\.0\.0\.1:52101 ─ corr 3472 ─+$/,
    );
  });

  it('shows tree and bytes side by side, the selected field in brackets', async () => {
    const lines = await detail(120, 'j', 'j', 'j', 'j', 'j', 'j', 'j', 'j');
    expect(lines[9]).toContain('→         name "orders.v1"                     │ ');
    expect(lines[2]).toContain('│ 0010  73 76 63 00 ff ff 00 00 75 30 02[0a 6f 72 64 65] svc.....u0..orde');
    expect(lines[3]).toContain('│ 0020 [72 73 2e 76 31]02 00 00 00 03 ·· ··');
  });

  it('shows payload bytes when asked', async () => {
    expect((await detail(120, 'u')).join('\n')).not.toContain('·· ··');
  });

  it('shows one pane where two do not fit', async () => {
    expect((await detail(70)).join('\n')).not.toContain('0000  ');
    expect((await detail(70, 'tab')).join('\n')).toContain('0000  ');
  });

  it('shows one pane zoomed', async () => {
    expect((await detail(120, '\\'))[1]).toMatch(/^→▾ Request +11\.9 KB$/);
    expect((await detail(120, 'tab', '\\'))[1]).toMatch(/^0000 /);
  });
});
