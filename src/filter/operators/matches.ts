import type { Comparison } from './types.ts';

/** `~` */
export const matches: Comparison = {
  code: '~',
  needs: 'text',
  negates: false,
  help: 'the pattern matches somewhere in it (^ and $ pin the ends); of many values, in any',
  example: 'topic ~ "orders.*"',
  holds: (left, _right, pattern) => pattern?.test(String(left)) === true,
};
