import { describe, expect, it } from 'vitest';
import { copyCharsMax, copyOf } from '../../../ui/model/copy.ts';
import { UiSession } from '../../support/ui-session.ts';

describe('copy', () => {
  it('gives the exchange as a line, or the chosen cell', async () => {
    const session = await new UiSession(120, 36, { exchanges: 2 }).settle();
    expect(copyOf(session.state)?.text).toBe(
      '2  14:02:11.208  billing  3  Fetch  16  payments +2  310.0 KB  500.4 ms  ✓ waited 499 ms',
    );
    session.press('l');
    expect(copyOf(session.state)).toEqual({ text: 'Fetch', what: 'the api cell' });
  });

  it('gives the filter of a row of the Overview', async () => {
    const session = await new UiSession().settle();
    await session.keys('2');
    expect(copyOf(session.state)?.text).toBe('api == Produce');
  });

  it('never puts control characters of a peer on the clipboard', async () => {
    const session = await new UiSession(120, 36, { exchanges: 12 }).settle();
    await session.keys('enter', 'j', 'l', 'j', 'j', 'j', 'j');
    expect(copyOf(session.state)?.what).toBe('clientId');
    expect(copyOf(session.state)?.text).toMatch(/^\\x1b\]0;owned\\x07/);
    expect(copyCharsMax).toBeLessThan(100_000);
  });

  it('has nothing to give without rows', async () => {
    const session = await new UiSession(120, 36, { exchanges: 0 }).settle();
    expect(copyOf(session.state)).toBeNull();
  });
});
