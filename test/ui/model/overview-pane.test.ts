import { describe, expect, it } from 'vitest';
import { asciiGlyphs, unicodeGlyphs } from '../../../ui/model/glyphs.ts';
import { lineText, lineWidth } from '../../../ui/model/line.ts';
import { barText, figuresLine, isOver, overviewLayout, tableLines } from '../../../ui/model/overview-pane.ts';
import { fakeMetrics } from '../../support/fake-runtime.ts';
import { UiSession } from '../../support/ui-session.ts';

const metrics = fakeMetrics(1_000);

async function tables(columns: number, rows: number, ...keys: string[]): Promise<string[]> {
  const session = await new UiSession(columns, 36).settle();
  await session.keys('2', ...keys);
  const lines = tableLines(session.state, metrics, rows);
  expect(lines).toHaveLength(rows);
  for (const row of lines) expect(lineWidth(row)).toBeLessThanOrEqual(columns);
  return lines.map((row) => lineText(row).trimEnd());
}

describe('the Overview', () => {
  it('stands side by side at 120', async () => {
    const lines = await tables(120, 12);
    expect(lines[0]).toMatch(/^▸API +REQ\/S +SHARE +p50 +p99 +max +ERRORS +WAIT │ {2}ERROR +COUNT$/);
    expect(lines[1]).toMatch(
      /^▸Produce +1\.6k █+▌? +52% +1\.5 +22\.9 +422\.2 +14 +1\.5 │ {2}NOT_LEADER_OR_FOLLOWER +█+ +14$/,
    );
    expect(lines[6]).toContain('│  1 127.0.0.1');
  });

  it('stands one below the other at 80, and shows every table', async () => {
    const lines = await tables(80, 16);
    expect(lines.join('\n')).toMatch(/API[\s\S]*ERROR[\s\S]*BROKER/);
    expect(lines[1]).toMatch(/^▸Produce +1\.6k █+▌? +52% +1\.5 +22\.9 +422\.2 +14 +1\.5$/);
  });

  it('scrolls to the selection', async () => {
    expect((await tables(80, 10, 'G')).join('\n')).toContain('▸key 999');
  });

  it('says that there is nothing', async () => {
    const session = await new UiSession(120, 36).settle();
    await session.keys('2');
    const none = { ...metrics, byApi: [], errors: [], byBroker: [] };
    const text = tableLines(session.state, none, 12).map(lineText).join('\n');
    for (const words of ['no request yet', 'no error seen', 'no broker seen yet']) expect(text).toContain(words);
  });

  it('heads with the figures', async () => {
    const session = await new UiSession(120, 36).settle();
    expect(lineText(figuresLine(metrics, session.state))).toBe(
      ' requests/s 3,104   in 41.2 MB/s   out 118.0 MB/s   in-flight 212   conns 37   throttled 2   err 2.5%',
    );
  });

  it('knows the last second of a capture', async () => {
    const session = await new UiSession(120, 36, { title: { mode: 'replay', finished: true } }).settle();
    expect(isOver(session.state)).toBe(true);
    const one = { ...metrics, seconds: metrics.seconds.slice(-1) };
    expect(lineText(figuresLine(one, session.state))).toContain('in 41.2 MB/s');
    expect(lineText(figuresLine(one, (await new UiSession().settle()).state))).toContain('in ?/s');
  });

  it('gives charts a share of the height within limits', () => {
    expect([overviewLayout(11).chartRows, overviewLayout(32).chartRows, overviewLayout(100).chartRows]).toEqual([
      6, 10, 14,
    ]);
    expect(overviewLayout(32)).toEqual({ chartRows: 10, tableRows: 21 });
  });
});

describe('bars', () => {
  it('are as long as the share', () => {
    expect(barText(0.5, 4, unicodeGlyphs)).toBe('██  ');
    expect(barText(0.6, 4, unicodeGlyphs)).toBe('██▌ ');
    expect(barText(7, 4, asciiGlyphs)).toBe('####');
    expect(barText(null, 3, unicodeGlyphs)).toBe('   ');
  });
});
