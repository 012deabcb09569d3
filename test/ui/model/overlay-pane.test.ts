import { describe, expect, it } from 'vitest';
import { lineText, lineWidth } from '../../../ui/model/line.ts';
import { overlayLines } from '../../../ui/model/overlay-pane.ts';
import { UiSession } from '../../support/ui-session.ts';

function lines(session: UiSession, rows: number): string[] {
  const { overlay } = session.state;
  if (overlay === null || overlay.kind === 'confirm' || overlay.kind === 'seek') throw new Error('nothing is open');
  const drawn = overlayLines(session.state, overlay, rows);
  expect(drawn).toHaveLength(rows);
  for (const row of drawn) expect(lineWidth(row)).toBeLessThanOrEqual(session.state.columns);
  return drawn.map((row) => lineText(row).trimEnd());
}

describe('overlays', () => {
  it.each([60, 80, 120])('list the keys of the pane at %s columns', async (columns) => {
    const session = await new UiSession(columns, 36).settle();
    session.press('?');
    const shown = lines(session, 20);
    expect(shown[0]).toContain('─ Help: exchange list, then the rest ─ type');
    expect(shown[1]).toMatch(/^ ▸ enter +open the exchange: decoded tree/);
    if (columns === 120) expect(shown[1]).toContain('exchange.open');
  });

  it('scroll with the choice', async () => {
    const session = await new UiSession().settle();
    session.press('?', ...Array<string>(30).fill('down'));
    expect(lines(session, 10).filter((row) => row.startsWith(' ▸'))).toHaveLength(1);
  });

  it('say what was not found', async () => {
    const session = await new UiSession().settle();
    session.press(':').type('xy\u202ezzy');
    expect(lines(session, 6)[1]).toBe('  no command fits "xy\\u{202e}zzy"');
  });
});
