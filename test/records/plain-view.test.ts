import { describe, expect, it } from 'vitest';
import { plainView } from '../../src/records/plain-view.ts';

describe('plainView', () => {
  it('shares the memory of a Buffer without being one', () => {
    const buffer = Buffer.from('abcdef').subarray(1, 4);
    const view = plainView(buffer);
    expect(Buffer.isBuffer(view)).toBe(false);
    expect(view).toEqual(Uint8Array.of(98, 99, 100));
    buffer[0] = 0x7a;
    expect(view[0]).toBe(0x7a);
  });

  it('leaves a plain array as it is', () => {
    const bytes = Uint8Array.of(1, 2);
    expect(plainView(bytes)).toBe(bytes);
  });
});
