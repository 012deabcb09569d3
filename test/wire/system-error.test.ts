import { expect, test } from 'vitest';
import { systemErrorCode } from '../../src/wire/system-error.ts';

test('systemErrorCode reads codes from whatever was thrown', () => {
  expect(systemErrorCode(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }))).toBe('ECONNREFUSED');
  for (const thrown of [null, undefined, 'text', 3, {}, { code: 5 }]) expect(systemErrorCode(thrown)).toBe('');
});
