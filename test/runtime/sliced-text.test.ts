import { describe, expect, it } from 'vitest';
import { slicedText } from '../../src/runtime/sliced-text.ts';

describe('sliced text', () => {
  it('puts the pieces together in their order', async () => {
    expect(await slicedText(['a', '', 'b', 'c'])).toBe('abc');
    expect(await slicedText([])).toBe('');
  });

  it('lets others work in between', async () => {
    const order: string[] = [];
    function* slow(): Generator<string> {
      for (const piece of ['a', 'b']) {
        const until = performance.now() + 5;
        while (performance.now() < until);
        order.push(piece);
        yield piece;
      }
    }
    setImmediate(() => order.push('others'));
    expect(await slicedText(slow())).toBe('ab');
    expect(order).toEqual(['a', 'others', 'b']);
  });
});
