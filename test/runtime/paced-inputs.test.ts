import { describe, expect, it } from 'vitest';
import { PacedInputs } from '../../src/runtime/paced-inputs.ts';

describe('PacedInputs', () => {
  it('keeps order and its own copy of bytes, and counts what waits', () => {
    const inputs = new PacedInputs();
    const bytes = Uint8Array.of(1, 2, 3);
    inputs.push({ kind: 'segment', connection: 1, from: 'client', atUs: 5, bytes });
    inputs.push({ kind: 'ended', connection: 1, from: 'client', atUs: 6 });
    bytes.fill(0);
    expect([inputs.nextUs(), inputs.empty]).toEqual([5, false]);
    expect(inputs.bytes).toBeGreaterThan(3);
    expect(inputs.take()).toMatchObject({ kind: 'segment', bytes: Uint8Array.of(1, 2, 3) });
    expect(inputs.take()).toMatchObject({ kind: 'ended' });
    expect([inputs.take(), inputs.nextUs(), inputs.empty, inputs.bytes]).toEqual([undefined, undefined, true, 0]);
  });
});
