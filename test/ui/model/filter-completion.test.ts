import { describe, expect, it } from 'vitest';
import { completionLines, completionOf, completionRowsMax } from '../../../ui/model/filter-completion.ts';
import { lineText } from '../../../ui/model/line.ts';
import { UiSession } from '../../support/ui-session.ts';

function proposals(session: UiSession): string[] {
  return (completionOf(session.state)?.candidates ?? []).map((candidate) => candidate.text);
}

describe('completion', () => {
  it('proposes fields with their types', async () => {
    const session = await new UiSession().settle();
    session.press('/').type('lat');
    expect(proposals(session)[0]).toBe('latency');
    expect(completionLines(session.state).map(lineText)[0]).toMatch(/^ ▸ latency +duration/);
    session.press('tab');
    expect(session.state.filter.edit?.text).toBe('latency ');
  });

  it('proposes values that are on the screen first', async () => {
    const session = await new UiSession().settle();
    session.press('/').type('topic == ');
    expect(proposals(session).slice(0, 2)).toEqual(['"audit-log"', '"clicks.raw"']);
    session.press('ctrl-n', 'tab');
    expect(session.state.filter.edit?.text).toBe('topic == "clicks.raw" ');
    session.press('ctrl-u').type('api == Pro').press('tab');
    expect(session.state.filter.edit?.text).toBe('api == Produce ');
    session.press('ctrl-u').type('error == NOT').press('tab');
    expect(session.state.filter.edit?.text).toBe('error == NOT_LEADER_OR_FOLLOWER ');
  });

  it('completes in the middle and keeps what follows', async () => {
    const session = await new UiSession().settle();
    session.press('/').type('lat > 5ms').press('home', 'right', 'right', 'right', 'tab');
    expect(session.state.filter.edit).toEqual({ text: 'latency > 5ms', caret: 7 });
  });

  it('hides nothing while the bar is empty, and stays small', async () => {
    const session = await new UiSession().settle();
    session.press('/');
    expect(completionLines(session.state)).toEqual([]);
    session.type('e');
    expect(completionLines(session.state)).toHaveLength(completionRowsMax);
    session.press(...Array<string>(60).fill('ctrl-n'));
    expect(
      completionLines(session.state)
        .map(lineText)
        .filter((row) => row.startsWith(' ▸')),
    ).toHaveLength(1);
    expect(session.text()).toHaveLength(36);
    session.press('esc');
    expect(completionOf(session.state)).toBeNull();
  });

  it('has nothing to propose inside a string', async () => {
    const session = await new UiSession().settle();
    session.press('/').type('topic == "or').press('tab');
    expect(session.state.filter.edit?.text.startsWith('topic == "or')).toBe(true);
  });
});
