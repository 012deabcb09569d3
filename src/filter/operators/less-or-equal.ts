import type { Comparison } from './types.ts';

/** `<=` */
export const lessOrEqual: Comparison = {
  code: '<=',
  needs: 'order',
  negates: false,
  help: 'less or equal; of many values, any is',
  example: 'latency <= 5ms',
  holds: (left, right) => left <= right,
};
