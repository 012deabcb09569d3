import type { Operator } from './types.ts';

/** `!` */
export const not: Operator = {
  code: '!',
  also: ['not'],
  help: 'does not hold; a missing field does not hold, so !topic finds what names none',
  example: '!topic',
};
