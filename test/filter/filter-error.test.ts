import { expect, test } from 'vitest';
import { FilterError } from '../../src/filter/filter-error.ts';

test('carries its column', () => {
  const error = new FilterError('no field', 7);
  expect([error.message, error.column, error instanceof Error]).toEqual(['no field', 7, true]);
});
