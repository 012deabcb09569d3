import { expect, it } from 'vitest';
import { ClientQuotas } from '../../src/broker/client-quotas.ts';
import { throttleMsMax } from '../../src/broker/limits.ts';

it('a quota lets a burst pass, then asks for the time the surplus takes, and forgives with time', () => {
  const quotas = new ClientQuotas();
  quotas.set('flink', 1_000);
  expect(quotas.charge('flink', 1_000, 0)).toBe(0);
  expect(quotas.charge('flink', 500, 0)).toBe(500);
  expect(quotas.charge('flink', 1, 2_000)).toBe(0);
  expect(quotas.charge('flink', 1_000_000, 2_000)).toBe(throttleMsMax);
  expect(quotas.charge('other', 1_000_000, 0)).toBe(0);
  expect(quotas.charge(null, 1_000_000, 0)).toBe(0);
  quotas.set('flink', null);
  expect(quotas.charge('flink', 1_000_000, 2_000)).toBe(0);
});
