import { describe, expect, it } from 'vitest';
import { lineText, lineWidth } from '../../../ui/model/line.ts';
import { barLine, hintLine, tabLine } from '../../../ui/model/shell-lines.ts';
import { UiSession } from '../../support/ui-session.ts';

describe('the shell', () => {
  it('shows the screens there are, in words which one is open, and that the list follows', async () => {
    const session = await new UiSession().settle();
    expect(lineText(tabLine(session.state))).toMatch(/^\[1 Traffic\] 2 Overview {2}3 Proxy {2}4 Findings +FOLLOW $/);
    await session.keys('2');
    expect(lineText(tabLine(session.state))).toMatch(/^ 1 Traffic \[2 Overview\]/);
  });

  it('counts what is new below, and what came while frozen', async () => {
    const session = await new UiSession(120, 36, { perSecond: 100 }).settle();
    await session.keys('k');
    session.nowMs += 1_000;
    await session.settle();
    expect(lineText(tabLine(session.state))).toContain('↓ 100 more (G)');
    await session.keys('space');
    session.nowMs += 12_040;
    await session.settle();
    expect(lineText(tabLine(session.state))).toContain('FROZEN  +1,204 new');
  });

  it('invites to filter, and shows the filter in force or switched off', async () => {
    const session = await new UiSession().settle();
    expect(lineText(barLine(session.state))).toMatch(/^ \/ type a filter, e\.g\. .* 500 of 500 shown $/);
    session.press('/').type('error').press('enter');
    await session.settle();
    expect(lineText(barLine(session.state))).toMatch(/^ \/ error {2}\(ctrl-x off\) .* 84 of 500 shown $/);
    await session.keys('ctrl-x', 'ctrl-x', 'ctrl-x');
    session.act({ kind: 'tick', nowMs: session.nowMs + 60_000 });
    expect(lineText(barLine(session.state))).toContain('error  (off, ctrl-x switches it on)');
  });

  it('names the column of an error while it is typed', async () => {
    const session = await new UiSession().settle();
    session.press('/').type('error && latncy > 5');
    await session.settle();
    expect(lineText(hintLine(session.state))).toBe(' ✗ col 10: "latncy" is no field; did you mean latency?');
    expect(lineText(barLine(session.state))).toContain('/ error && latncy > 5▌');
  });

  it('keeps the caret in sight of a long filter', async () => {
    const session = await new UiSession(80, 24).settle();
    session.press('/').type(`${'x'.repeat(200)}END`);
    expect(lineText(barLine(session.state))).toContain('END▌');
    expect(lineWidth(barLine(session.state))).toBeLessThanOrEqual(80);
  });

  it('tells a failure of the run, and asks before it clears', async () => {
    const session = await new UiSession().settle();
    session.act({ kind: 'failure', message: 'broker:9092 refused (ECONNREFUSED)\u001b[31m' });
    expect(lineText(barLine(session.state))).toContain('✗ stopped: broker:9092 refused (ECONNREFUSED)\\x1b[31m');
    session.press('z');
    expect(lineText(barLine(session.state))).toContain(
      'clear 500 exchanges from the history? They cannot be brought back.  y/n',
    );
    expect(lineText(hintLine(session.state))).toContain(' y do it');
  });

  it.each([60, 80, 120, 200])('hints at help and quit at %s columns, and no hint is cut', async (columns) => {
    const session = await new UiSession(columns, 30).settle();
    const text = lineText(hintLine(session.state));
    expect(text).toMatch(/ \? help {2}Q quit $/);
    expect(text).not.toContain('…');
    expect(text.length).toBeLessThanOrEqual(columns);
  });

  it('hints at what the pane does', async () => {
    const session = await new UiSession().settle();
    expect(lineText(hintLine(session.state))).toContain('enter open');
    await session.keys('enter');
    expect(lineText(hintLine(session.state))).toContain('enter expand/collapse');
    await session.keys('tab');
    expect(lineText(hintLine(session.state))).toContain('h/l byte');
  });

  it('shows the progress of a filter', async () => {
    const session = await new UiSession().settle();
    const list = { ...session.state.list, filtering: { scanned: 6_300, total: 10_000 } };
    session.state = { ...session.state, list };
    expect(lineText(barLine(session.state))).toContain('filtering 63 % of 10,000');
  });
});
