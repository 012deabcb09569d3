import type { Operator } from './types.ts';

/** `none` */
export const none: Operator = {
  code: 'none',
  help: 'it holds for no element, also when there is none',
  example: 'none(partition == 3)',
};
