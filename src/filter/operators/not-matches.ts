import type { Comparison } from './types.ts';

/** `!~` */
export const notMatches: Comparison = {
  code: '!~',
  needs: 'text',
  negates: true,
  help: 'the pattern matches nowhere in it; of many values, in none; false when there is no value',
  example: 'topic !~ /^__/',
  holds: (left, _right, pattern) => pattern?.test(String(left)) === true,
};
