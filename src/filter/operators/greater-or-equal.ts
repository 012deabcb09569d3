import type { Comparison } from './types.ts';

/** `>=` */
export const greaterOrEqual: Comparison = {
  code: '>=',
  needs: 'order',
  negates: false,
  help: 'greater or equal; of many values, any is',
  example: 'api.version >= 9',
  holds: (left, right) => left >= right,
};
