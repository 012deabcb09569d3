import { expect, test } from 'vitest';
import { hiddenTag } from '../../src/addons/rewrite-addresses.ts';
import { TagHiding } from '../../src/proxy/tag-hiding.ts';
import { addressResponse } from '../support/address-messages.ts';

test('finds the tag of node endpoints behind the records and says what to write there', () => {
  const responses = [
    { topicId: 'AAAAAAAAAAAAAAAAAAAAAA', partitions: [{ partitionIndex: 0, records: new Uint8Array(1000) }] },
  ];
  const payload = addressResponse(1, 17, [{ id: 1, host: 'one', port: 9092 }], { responses }, 5);
  const hiding = TagHiding.of(1, 17, payload.length);
  expect(hiding?.left).toBe(payload.length);
  expect(hiding?.feed(payload, 0, payload.length)).toBe('tag');
  expect(payload[(hiding?.at ?? 0) - 1]).toBe(0);
  expect(hiding?.hiddenByte).toBe(hiddenTag);
});

test('has nothing to hide in a layout without addresses', () => {
  expect(TagHiding.of(12, 4, 100)).toBeNull();
});
