import { describe, expect, it } from 'vitest';
import { AssemblyBuffers } from '../../src/wire/assembly-buffers.ts';

describe('AssemblyBuffers', () => {
  it('gives a buffer out again once it came back, and never to two', () => {
    const buffers = new AssemblyBuffers();
    const first = buffers.take(5_000);
    expect(first.length).toBe(8_192);
    expect(buffers.take(5_000)).not.toBe(first);
    buffers.give(first);
    expect(buffers.spare(8_192)).toBe(first);
    expect(buffers.spare(8_192)).toBe(null);
  });

  it('counts what is lent out, and says when that would be too much', () => {
    const buffers = new AssemblyBuffers(20_000);
    const first = buffers.take(8_192);
    expect(buffers.admits(8_192, 0)).toBe(true);
    const second = buffers.take(8_192);
    expect(buffers.admits(8_192, 0)).toBe(false);
    expect(buffers.admits(8_192, 8_192)).toBe(true);
    buffers.give(first);
    buffers.forget(second);
    expect(buffers.lentBytes).toBe(0);
  });

  it('has what is asked for, whatever the size', () => {
    const buffers = new AssemblyBuffers();
    for (const size of [0, 1, 4_096, 4_097, 1_048_576, 1_048_577, 5_000_000]) {
      expect(buffers.take(size).length).toBeGreaterThanOrEqual(size);
    }
  });

  it('keeps few, none of a size of its own, and none too large', () => {
    const buffers = new AssemblyBuffers();
    for (let index = 0; index < 100; index += 1) buffers.give(new Uint8Array(4_096));
    let kept = 0;
    while (buffers.spare(4_096) !== null) kept += 1;
    expect(kept).toBe(8);
    for (const size of [100, 5_000, 2_097_152]) {
      buffers.give(new Uint8Array(size));
      expect(buffers.spare(size)).toBe(null);
    }
  });
});
