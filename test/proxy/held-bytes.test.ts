import { describe, expect, test } from 'vitest';
import { HeldBytes, HeldFrame, pooledFrameBytesMax } from '../../src/proxy/held-bytes.ts';

describe('HeldBytes', () => {
  test('lends up to its limit', () => {
    const held = new HeldBytes(1000);
    const one = held.take(600);
    expect(one?.length).toBe(600);
    expect(held.take(401)).toBeNull();
    const two = held.take(400);
    expect(held.bytes).toBe(1000);
    if (one !== null) held.giveBack(one);
    if (two !== null) held.giveBack(two);
    expect(held.bytes).toBe(0);
  });

  test('uses buffers of middle-sized frames again', () => {
    const held = new HeldBytes();
    const one = held.take(100_000);
    expect(one?.length).toBe(pooledFrameBytesMax);
    if (one !== null) held.giveBack(one);
    expect(held.take(200_000)).toBe(one);
    expect(held.take(pooledFrameBytesMax + 1)?.length).toBe(pooledFrameBytesMax + 1);
    expect(held.take(500)?.length).toBe(500);
  });
});

describe('HeldFrame', () => {
  test('gathers pieces and grows with what arrives', () => {
    const held = new HeldBytes();
    const frame = new HeldFrame(3, 9, 1_000_000, held);
    const bytes = Uint8Array.from({ length: 1_000_000 }, (_, index) => index % 251);
    for (let at = 0; at < bytes.length; at += 7777) {
      expect(frame.append(bytes.subarray(at, Math.min(bytes.length, at + 7777)))).toBe(true);
      // Two buffers exist while one grows out of the other; never is it the announced size early on.
      if (at < 100_000) expect(held.bytes).toBeLessThan(600_000);
    }
    expect(frame.missingBytes).toBe(0);
    expect(Buffer.from(frame.bytes).equals(bytes)).toBe(true);
    frame.release();
    frame.release();
    expect(held.bytes).toBe(0);
  });

  test('says no when too much is held, and keeps what it has', () => {
    const held = new HeldBytes(7000);
    const frame = new HeldFrame(3, 9, 100_000, held);
    expect(frame.append(new Uint8Array(3000))).toBe(true);
    expect(frame.append(new Uint8Array(4000))).toBe(false);
    expect(frame.bytes.length).toBe(3000);
    frame.release();
    expect(held.bytes).toBe(0);
  });
});
