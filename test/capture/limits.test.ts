import { expect, it } from 'vitest';
import { captureLimits, LimitCounter } from '../../src/capture/limits.ts';

it('every limit is a positive whole number, and what is held in all fits in 200 MiB', () => {
  for (const [name, value] of Object.entries(captureLimits)) {
    expect(Number.isInteger(value) && value > 0, name).toBe(true);
    expect(name).toMatch(/Max$/);
  }
  const heldBytes =
    captureLimits.bufferedBytesMax +
    captureLimits.undecidedBytesTotalMax +
    captureLimits.orderedBytesMax +
    captureLimits.secretsBytesMax +
    captureLimits.packetBytesMax;
  expect(heldBytes).toBeLessThanOrEqual(200 * 1024 * 1024);
});

it('LimitCounter counts each limit by name', () => {
  const counter = new LimitCounter();
  expect(counter.counts()).toEqual({});
  counter.reached('idleUsMax');
  counter.reached('idleUsMax');
  counter.reached('connectionsMax');
  expect(counter.counts()).toEqual({ idleUsMax: 2, connectionsMax: 1 });
});
