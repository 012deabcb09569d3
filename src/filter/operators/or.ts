import type { Operator } from './types.ts';

/** `||` */
export const or: Operator = {
  code: '||',
  also: ['or'],
  help: 'one of them holds',
  example: 'throttle > 0 || error',
};
