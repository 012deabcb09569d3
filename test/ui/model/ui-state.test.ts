import { describe, expect, it } from 'vitest';
import {
  initialState,
  say,
  shownNowUs,
  statusMs,
  still,
  wantedFilter,
  wantedView,
} from '../../../ui/model/ui-state.ts';

const state = initialState({ columns: 80, rows: 24, ascii: true, payload: 'show', filter: 'error', nowMs: 5 });

describe('the state of the UI', () => {
  it('begins with what was chosen on the command line', () => {
    expect(state).toMatchObject({ columns: 80, rows: 24, payloadShown: true, screen: 'traffic', failure: null });
    expect(state.glyphs.ascii).toBe(true);
    expect(wantedView(state)).toEqual({ filter: 'error', markedOnly: false });
    expect(shownNowUs(state)).toBe(0);
  });

  it('wants the filter that is typed, the one in force, or none', () => {
    expect(wantedFilter({ ...state, filter: { ...state.filter, edit: { text: ' x ', caret: 0 } } })).toBe('x');
    expect(wantedFilter({ ...state, filter: { ...state.filter, enabled: false } })).toBe('');
  });

  it('says something for a while', () => {
    expect(say(state, 'hello').status).toEqual({ text: 'hello', role: 'accent', untilMs: 5 + statusMs });
    expect(still(state)).toEqual({ state, effects: [] });
  });
});
