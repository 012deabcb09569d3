import type { Operator } from './types.ts';

/** `&&` */
export const and: Operator = {
  code: '&&',
  also: ['and'],
  help: 'both hold; binds closer than ||',
  example: 'api == Fetch && error',
};
