import type { Comparison } from './types.ts';

/** `contains` */
export const contains: Comparison = {
  code: 'contains',
  needs: 'text',
  negates: false,
  help: 'the text occurs in it, case counts; of many values, in any',
  example: 'client.software contains "sarama"',
  holds: (left, right) => String(left).includes(String(right)),
};
