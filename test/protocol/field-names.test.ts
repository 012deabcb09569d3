import { expect, test } from 'vitest';
import { noFieldNames } from '../../src/protocol/field-names.ts';

test('where nothing was learned no id has a name', () => {
  expect(noFieldNames.topicOf('x1y2z3AAAAAAAAAAAAAAAA')).toBeNull();
  expect(noFieldNames.transactionalIdOf(1n)).toBeNull();
});
