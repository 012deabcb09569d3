import { sameValue } from './equal.ts';
import type { Comparison } from './types.ts';

/** `!=` */
export const notEqual: Comparison = {
  code: '!=',
  needs: 'none',
  negates: true,
  help: 'not equal; of many values, none is equal; false when there is no value',
  example: 'client.id != "billing"',
  holds: sameValue,
};
