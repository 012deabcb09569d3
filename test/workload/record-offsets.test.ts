import { expect, it } from 'vitest';
import { placeBatch } from '../../src/broker/batch-header.ts';
import { encodeMessageSet } from '../../src/records/encode-records.ts';
import { offsetAfter } from '../../src/workload/record-offsets.ts';
import { batchOf } from '../broker/dialogue.ts';

it('the next offset lies behind the last whole batch, whatever is cut', () => {
  const first = placeBatch(batchOf(['a', 'b']), 10n, 0);
  const second = placeBatch(batchOf(['c']), 12n, 0);
  const both = Buffer.concat([first, second]);
  expect(offsetAfter(both, 10n)).toBe(13n);
  for (let cut = 1; cut < second.length; cut += 1)
    expect(offsetAfter(both.subarray(0, both.length - cut), 10n)).toBe(12n);
  expect(offsetAfter(new Uint8Array(0), 10n)).toBe(10n);
});

it('message sets count too', () => {
  const records = ['x', 'y'].map((value) => ({ timestamp: 1n, key: null, value: Buffer.from(value) }));
  for (const codec of ['none', 'gzip'] as const) {
    expect(offsetAfter(encodeMessageSet({ magic: 1, baseOffset: 5n, codec, records }), 5n)).toBe(7n);
  }
});
