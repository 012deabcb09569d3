import { expect, test } from 'vitest';
import { RewriteTally } from '../../src/proxy/rewrite-tally.ts';

test('counts changes by kind and by how much they moved the stream', () => {
  const tally = new RewriteTally();
  expect(tally.byKind()).toEqual({});
  tally.note({ kind: 'rewritten', frame: new Uint8Array(30) }, 25);
  tally.note({ kind: 'rewritten', frame: new Uint8Array(20) }, 22);
  tally.note({ kind: 'capped', frame: new Uint8Array(9), caps: [{ apiKey: 1, offeredMax: 40, cappedMax: 18 }] }, 9);
  tally.addressesHidden += 1;
  tally.versionsRefused += 1;
  expect(tally.deltaBytes).toBe(3);
  expect(tally.caps).toEqual([{ apiKey: 1, offeredMax: 40, cappedMax: 18 }]);
  expect(tally.byKind()).toEqual({
    'addresses-rewritten': 2,
    'addresses-hidden': 1,
    'versions-capped': 1,
    'api-versions-too-new': 1,
  });
});
