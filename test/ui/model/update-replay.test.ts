import { describe, expect, it } from 'vitest';
import { lineText } from '../../../ui/model/line.ts';
import { speedText } from '../../../ui/model/update-replay.ts';
import { UiSession } from '../../support/ui-session.ts';

const replay = { playing: true, speed: 1, fromUs: 1_000_000, atUs: 2_000_000, toUs: 9_000_000 };

async function session(changes: Partial<typeof replay> = {}): Promise<UiSession> {
  return new UiSession(120, 30, { title: { mode: 'replay', replay: { ...replay, ...changes } } }).settle();
}

const actions = (ui: UiSession) =>
  ui.effects.flatMap((effect) =>
    effect.kind === 'runtime' && effect.command.kind === 'replay' ? [effect.command.action] : [],
  );

describe('the keys of a replay', () => {
  it('pause, play, step, faster and slower', async () => {
    const playing = await session();
    playing.press('p', '.', '>', '<');
    expect(actions(playing)).toEqual([
      { kind: 'pause' },
      { kind: 'step' },
      { kind: 'speed', speed: 2 },
      { kind: 'speed', speed: 0.5 },
    ]);
    const paused = await session({ playing: false });
    paused.press('p');
    expect(actions(paused)).toEqual([{ kind: 'play' }]);
  });

  it('go to a place, and keep the line open with what is wrong', async () => {
    const ui = await session();
    ui.press('s').type('nowhere').press('enter');
    expect(lineText(ui.frame().bar)).toContain('such as 14:02:11');
    ui.press('ctrl-u').type('+3s').press('enter');
    expect(ui.state.overlay).toBeNull();
    expect(actions(ui)).toEqual([{ kind: 'seek', toUs: 5_000_000 }]);
  });

  it('leave with esc, and with nothing typed', async () => {
    const ui = await session();
    ui.press('s').press('esc');
    expect(ui.state.overlay).toBeNull();
    ui.press('s').press('enter');
    expect(ui.state.overlay).toBeNull();
    expect(actions(ui)).toEqual([]);
  });

  it('say that live traffic has no clock', async () => {
    const ui = await new UiSession().settle();
    ui.press('p');
    expect(lineText(ui.frame().bar)).toContain('live');
  });

  it('write speeds in words', () => {
    expect([speedText(1), speedText(0.5), speedText(Number.POSITIVE_INFINITY)]).toEqual(['x1', 'x0.5', 'max']);
  });
});
