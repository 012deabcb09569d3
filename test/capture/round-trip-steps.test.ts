import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RoundTripSteps } from '../../src/capture/round-trip-steps.ts';

describe('RoundTripSteps', () => {
  it('knows a median within an eighth', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60_000_000 }), { minLength: 1, maxLength: 50 }), (times) => {
        const steps = new RoundTripSteps();
        const slot = steps.take();
        for (const us of times) steps.add(slot, us);
        const middle = times.toSorted((a, b) => a - b)[Math.ceil(times.length / 2) - 1] ?? 0;
        expect(Math.abs(steps.medianUs(slot) - middle)).toBeLessThanOrEqual(middle / 8 + 1);
      }),
    );
  });

  it('keeps slots apart, and hands them out empty again', () => {
    const steps = new RoundTripSteps();
    const slots = Array.from({ length: 600 }, () => steps.take());
    expect(new Set(slots).size).toBe(600);
    slots.forEach((slot, index) => {
      steps.add(slot, index % 4);
    });
    slots.forEach((slot, index) => {
      expect(steps.medianUs(slot)).toBe(index % 4);
    });
    steps.giveBack(slots[300] ?? -1);
    const again = steps.take();
    expect(again).toBe(slots[300]);
    expect(steps.medianUs(again)).toBe(0);
  });

  it('counts on when a count is full, and forgets all of it', () => {
    const steps = new RoundTripSteps();
    const slot = steps.take();
    for (let count = 0; count < 100_000; count += 1) steps.add(slot, 1);
    for (let count = 0; count < 60_000; count += 1) steps.add(slot, 3);
    expect(steps.medianUs(slot)).toBe(1);
    for (let count = 0; count < 50_000; count += 1) steps.add(slot, 3);
    expect(steps.medianUs(slot)).toBe(3);
    steps.giveBack(slot);
    expect(steps.take()).toBe(slot);
    steps.add(slot, 1);
    expect(steps.medianUs(slot)).toBe(1);
  });
});
