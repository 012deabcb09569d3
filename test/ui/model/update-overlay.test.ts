import { describe, expect, it } from 'vitest';
import { openSearch } from '../../../ui/model/update-overlay.ts';
import { UiSession } from '../../support/ui-session.ts';

describe('palette and help', () => {
  it('run what was found', async () => {
    const session = await new UiSession().settle();
    session.press(':').type('freeze').press('enter');
    expect(session.state.overlay).toBeNull();
    expect(session.state.frozen).not.toBeNull();
    session.press('?').type('time format').press('enter');
    expect(session.state.timeFormat).toBe('since-start');
  });

  it('choose by arrows and pages, staying inside', async () => {
    const session = await new UiSession().settle();
    session.press(':', 'down', 'down', 'up');
    expect(session.state.overlay).toMatchObject({ index: 1 });
    session.press(...Array<string>(20).fill('pgdn'));
    expect(session.text().filter((row) => row.startsWith(' ▸'))).toHaveLength(1);
    session.press(...Array<string>(20).fill('pgup'));
    expect(session.state.overlay).toMatchObject({ index: 0 });
  });

  it('close without doing anything', () => {
    const session = new UiSession();
    session.press('?').type('clear').press('esc');
    expect(session.state.overlay).toBeNull();
    session.press(':').type('xyzzy').press('enter');
    expect(session.text().at(-2)).toContain('no command is called "xyzzy"');
    expect(session.effects).toEqual([]);
  });

  it('edit their query', () => {
    const session = new UiSession();
    session.state = openSearch(session.state, 'palette');
    session.type('zoomx').press('backspace');
    expect(session.state.overlay).toMatchObject({ query: { text: 'zoom' } });
  });
});

describe('a question', () => {
  it.each(['n', 'esc', 'q', 'space', 'j'])('takes %s for a no', async (key) => {
    const session = await new UiSession().settle();
    session.press('z', key);
    expect(session.effects).toEqual([]);
    expect(session.state.overlay).toBeNull();
    expect(session.text().at(-2)).toBe(' not done');
  });
});
