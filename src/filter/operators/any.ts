import type { Operator } from './types.ts';

/** `any` */
export const any: Operator = {
  code: 'any',
  help: 'the expression holds for an element of the list it names',
  example: 'any(key == "a" && value contains "b")',
};
