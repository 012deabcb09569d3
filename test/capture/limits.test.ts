import { describe, expect, it } from 'vitest';
import { type CaptureLimits, captureLimits, judgingLimits, LimitCounter } from '../../src/capture/limits.ts';
import type { LimitReached } from '../../src/capture/source.ts';
import { explainedLimits } from '../../src/export/limit-sentence.ts';
import { limitCaptures } from './limit-captures.ts';
import { readBytes } from './read-bytes.ts';

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

describe('LimitCounter', () => {
  it('counts each limit by name', () => {
    const counter = new LimitCounter();
    expect(counter.counts()).toEqual({});
    counter.reached('idleUsMax');
    counter.reached('idleUsMax');
    counter.reached('connectionsMax');
    expect(counter.counts()).toEqual({ idleUsMax: 2, connectionsMax: 1 });
  });

  it('tells a limit each time its count has doubled', () => {
    const told: [string, number][] = [];
    const counter = new LimitCounter((name, count) => told.push([name, count]));
    for (let time = 0; time < 9; time += 1) counter.reached('idleUsMax');
    counter.reached('connectionsMax');
    expect(told).toEqual([
      ['idleUsMax', 1],
      ['idleUsMax', 2],
      ['idleUsMax', 4],
      ['idleUsMax', 8],
      ['connectionsMax', 1],
    ]);
  });
});

describe('a capture that reaches a limit says so, in a sentence of its own', () => {
  const names = (Object.keys(captureLimits) as (keyof CaptureLimits)[]).filter((name) => !judgingLimits.has(name));

  it.each(names)('%s', async (name) => {
    const { limits, bytes } = await (limitCaptures[name] ?? expect.unreachable(`no capture reaches ${name}`))();
    const told: LimitReached[] = [];
    const { stats } = await readBytes(bytes, { limits, control: { onLimit: (reached) => told.push(reached) } });
    expect(stats.limitsReached[name]).toBeGreaterThan(0);
    expect(told.find(({ limit }) => limit === name)).toMatchObject({ count: 1, max: limits[name] });
    expect(explainedLimits).toContain(name);
  });
});
