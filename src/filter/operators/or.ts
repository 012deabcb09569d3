import type { Operator } from './operator.ts';

/** `||` */
export const or: Operator = {
  code: '||',
  also: ['or'],
  help: 'one of them holds',
  example: 'throttle > 0 || error',
};
