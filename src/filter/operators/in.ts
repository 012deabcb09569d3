import type { Operator } from './types.ts';

/** `in` */
export const memberOf: Operator = {
  code: 'in',
  help: 'one of a list of values and ranges (both ends included)',
  example: 'partition in {0, 4..7}',
};
