import type { Comparison } from './types.ts';

/** `>` */
export const greater: Comparison = {
  code: '>',
  needs: 'order',
  negates: false,
  help: 'greater; of many values, any is greater',
  example: 'latency > 100ms',
  holds: (left, right) => left > right,
};
