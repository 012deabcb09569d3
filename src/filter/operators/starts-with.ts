import type { Comparison } from './types.ts';

/** `startswith` */
export const startsWith: Comparison = {
  code: 'startswith',
  needs: 'text',
  negates: false,
  help: 'it begins with the text, case counts; of many values, any does',
  example: 'topic startswith "orders."',
  holds: (left, right) => String(left).startsWith(String(right)),
};
