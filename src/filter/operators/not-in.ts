import type { Operator } from './types.ts';

/** `not in` */
export const notIn: Operator = {
  code: 'not in',
  help: 'none of a list of values and ranges; false when there is no value',
  example: 'api not in {Fetch, Produce}',
};
