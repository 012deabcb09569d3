import type { Comparison } from './types.ts';

/** `endswith` */
export const endsWith: Comparison = {
  code: 'endswith',
  needs: 'text',
  negates: false,
  help: 'it ends with the text, case counts; of many values, any does',
  example: 'topic endswith "-dlq"',
  holds: (left, right) => String(left).endsWith(String(right)),
};
