import type { Comparison } from './types.ts';

/** `<` */
export const less: Comparison = {
  code: '<',
  needs: 'order',
  negates: false,
  help: 'less; of many values, any is less',
  example: 'size < 1KB',
  holds: (left, right) => left < right,
};
