import type { Comparison } from './operator.ts';

/** `<=` */
export const lessOrEqual: Comparison = {
  code: '<=',
  needs: 'order',
  negates: false,
  help: 'less or equal; of many values, any is',
  example: 'latency <= 5ms',
  holds: (left, right) => left <= right,
};
