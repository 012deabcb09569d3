import type { Operator } from './types.ts';

/** `count` */
export const count: Operator = {
  code: 'count',
  help: 'the number of elements it holds for, compared with a number',
  example: 'count(partition < 10) >= 3',
};
