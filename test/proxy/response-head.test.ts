import { expect, test } from 'vitest';
import { ResponseHead } from '../../src/proxy/response-head.ts';

// Size 6, correlation id 7, two bytes of body.
const frame = Uint8Array.of(0, 0, 0, 6, 0, 0, 0, 7, 1, 2);

test('gathers eight bytes, cut anywhere, and no more', () => {
  for (let cut = 1; cut < 8; cut += 1) {
    const head = new ResponseHead();
    expect(head.gather(frame.subarray(0, cut), 0)).toBe(cut);
    expect(head.whole).toBe(false);
    expect(head.gather(frame, cut)).toBe(8);
    expect([head.whole, head.sizeBytes, head.correlationId]).toEqual([true, 6, 7]);
    head.clear();
    expect([head.count, head.withheld]).toEqual([0, false]);
  }
});

test('waits for no correlation id where the frame has none', () => {
  const short = new ResponseHead();
  short.gather(Uint8Array.of(0, 0, 0, 2, 9, 9, 9), 0);
  expect([short.count, short.whole]).toEqual([6, true]);
  const negative = new ResponseHead();
  negative.gather(Uint8Array.of(0xff, 0, 0, 0, 1), 0);
  expect([negative.count, negative.whole]).toEqual([4, true]);
});
