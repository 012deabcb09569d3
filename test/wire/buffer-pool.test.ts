import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BufferPool, pooledCapacity } from '../../src/wire/buffer-pool.ts';

describe('BufferPool', () => {
  it('gives at least what was asked for, and never much more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 104_857_600 }), (bytes) => {
        const capacity = pooledCapacity(bytes);
        expect(capacity).toBeGreaterThanOrEqual(bytes);
        expect(capacity - bytes).toBeLessThanOrEqual(Math.max(65_536, bytes / 8));
      }),
    );
  });

  it('gives a buffer again that came back, to whoever asks for about as much', () => {
    const pool = new BufferPool();
    const first = pool.take(1_000_000);
    pool.give(first);
    expect(pool.bytes).toBe(first.length);
    expect(pool.take(990_000)).toBe(first);
    expect(pool.bytes).toBe(0);
    expect(pool.take(990_000)).not.toBe(first);
  });

  it('keeps no more than it may, and the newest first', () => {
    const pool = new BufferPool(300_000);
    const old = pool.take(200_000);
    const younger = pool.take(70_000);
    pool.give(old);
    pool.give(younger);
    expect(pool.bytes).toBeLessThanOrEqual(300_000);
    expect(pool.take(70_000)).toBe(younger);
    expect(pool.take(200_000)).not.toBe(old);
    pool.give(pool.take(10_000_000));
    expect(pool.bytes).toBe(0);
  });
});
