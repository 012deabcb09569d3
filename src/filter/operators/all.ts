import type { Operator } from './types.ts';

/** `all` */
export const all: Operator = {
  code: 'all',
  help: 'it holds for every element, and there is one',
  example: 'all(topic startswith "orders.")',
};
