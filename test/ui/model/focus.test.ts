import { expect, it } from 'vitest';
import { focusOf } from '../../../ui/model/focus.ts';
import { UiSession } from '../../support/ui-session.ts';

it('the keyboard is where the person is', async () => {
  const session = await new UiSession().settle();
  const seen = [focusOf(session.state)];
  for (const key of ['enter', 'tab', 'tab', '2', 'esc']) seen.push(focusOf((await session.keys(key)).state));
  expect(seen).toEqual(['list', 'tree', 'hex', 'list', 'overview', 'list']);
});
