import { expect, it } from 'vitest';
import { Identity } from '../../src/broker/identity.ts';

it("names come from the seed, differ, and have Kafka's forms", () => {
  const draw = (seed: number) => {
    const identity = new Identity(seed);
    return Array.from({ length: 200 }, () => identity.nextUuid('topic'));
  };
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
  expect(new Set(draw(1)).size).toBe(200);
  for (const uuid of draw(3)) expect(uuid).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/);
  const identity = new Identity(1);
  expect(identity.nextDashedUuid('member')).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(identity.nextPositiveInt('session')).toBeGreaterThan(0);
  const fraction = identity.nextFraction('dice');
  expect(fraction).toBeGreaterThanOrEqual(0);
  expect(fraction).toBeLessThan(1);
});
