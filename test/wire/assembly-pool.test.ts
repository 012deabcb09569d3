import { describe, expect, test } from 'vitest';
import { AssemblyPool } from '../../src/wire/assembly-pool.ts';

describe('AssemblyPool', () => {
  test('lends powers of two from 4 KiB to 1 MiB', () => {
    const pool = new AssemblyPool();
    expect([1, 4096, 4097, 100_000, 1_048_576].map((bytes) => pool.take(bytes).length)).toEqual([
      4096, 4096, 8192, 131_072, 1_048_576,
    ]);
  });

  test('lends again what came back, and never to two at once', () => {
    const pool = new AssemblyPool();
    const first = pool.take(5000);
    const second = pool.take(5000);
    expect(second).not.toBe(first);
    pool.giveBack(first);
    expect(pool.take(8000)).toBe(first);
    expect(pool.take(8000)).not.toBe(first);
  });

  test('makes larger ones for one frame only', () => {
    const pool = new AssemblyPool();
    const large = pool.take(1_048_577);
    expect(large.length).toBe(1_048_577);
    pool.giveBack(large);
    expect(pool.take(1_048_577)).not.toBe(large);
  });

  test('keeps 16 MiB at most', () => {
    const pool = new AssemblyPool();
    const lent = Array.from({ length: 20 }, () => pool.take(1_048_576));
    for (const buffer of lent) pool.giveBack(buffer);
    const known = new Set(lent);
    const again = Array.from({ length: 20 }, () => pool.take(1_048_576));
    expect(again.filter((buffer) => known.has(buffer))).toHaveLength(16);
  });
});
