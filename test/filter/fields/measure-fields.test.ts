import { expect, test } from 'vitest';
import { measureFields } from '../../../src/filter/fields/measure-fields.ts';
import { messageOf, timingOf } from '../../metrics/exchange-of.ts';
import { matching } from '../matching.ts';

test('each in its unit', () => {
  const exchange = {
    timing: timingOf(3_000, 2_000, 500_000),
    throttleTimeMs: 30,
    request: messageOf(1_000),
    response: messageOf(500),
    records: { count: 12, batches: 2, bytes: 700, uncompressedBytes: null, codecs: ['lz4', 'none'] },
  };
  const texts = [
    'latency == 505ms',
    'latency.broker == 3ms',
    'latency.queued == 2ms',
    'wait == 500ms',
    'throttle == 30ms',
    'size == 1500B',
    'req.size == 1KB',
    'res.size == 0.5KB',
    'records == 12',
    'records.size == 700B',
    'codec == LZ4',
  ];
  expect(texts).toHaveLength(measureFields.length);
  expect(matching(texts, exchange)).toEqual(texts);
});

test('an unanswered request has its size and no latency', () => {
  const open = { response: null, timing: { ...timingOf(0), latencyUs: null }, throttleTimeMs: null, records: null };
  expect(matching(['size > 1B', 'res.size', 'latency >= 0', 'throttle >= 0', 'records', 'codec'], open)).toEqual([
    'size > 1B',
  ]);
  expect(matching(['size'], { request: null, response: null })).toEqual([]);
});
