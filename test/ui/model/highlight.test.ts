import { describe, expect, it } from 'vitest';
import { highlightOf, shownBytes } from '../../../ui/model/highlight.ts';
import { UiSession } from '../../support/ui-session.ts';

describe('highlight', () => {
  it('is the bytes of the selected field, none for a message', async () => {
    const session = await new UiSession(120, 36, { exchanges: 4 }).settle();
    expect(highlightOf(session.state.detail)).toBeNull();
    expect(shownBytes(session.state)).toBeNull();
    await session.keys('enter');
    expect(highlightOf(session.state.detail)).toBeNull();
    await session.keys('j', 'l', 'l');
    expect(highlightOf(session.state.detail)).toEqual({ side: 'request', start: 0, end: 2 });
    expect(shownBytes(session.state)?.bytes).toBe(session.state.detail.snapshot?.request?.bytes);
  });

  it('knows when a side has no bytes', async () => {
    const session = await new UiSession(120, 36, { exchanges: 7 }).settle();
    await session.keys('enter', 'G');
    expect(session.state.detail.treeCursor).toBe('response');
    expect(shownBytes(session.state)).toBeNull();
  });
});
