import { expect, test } from 'vitest';
import { apiKeyMax, apiKeyOf, apiName, apiTable, removedInKafka4, versionRange } from '../../src/protocol/api-keys.ts';
import { releases, sampleMessages } from './golden-lines.ts';

test("every API of both releases is here under Kafka's key and name", () => {
  for (const { name } of releases) {
    for (const golden of sampleMessages(name)) {
      expect(apiKeyOf(golden.api)).toBe(golden.key);
      const range = versionRange(golden.key);
      expect(golden.version).toBeGreaterThanOrEqual(range?.min ?? Number.NaN);
      expect(golden.version).toBeLessThanOrEqual(range?.max ?? Number.NaN);
    }
  }
  expect(apiKeyMax).toBe(94);
  expect(Array.from({ length: 95 }, (_, key) => apiName(key))).not.toContain(null);
});

test('names are found in any case, also the one 3.9.1 used', () => {
  expect(apiKeyOf('METADATA')).toBe(3);
  expect(apiKeyOf('listClientMetricsResources')).toBe(74);
  expect(apiKeyOf('nothing')).toBeNull();
});

test('unknown keys have neither name, table nor versions', () => {
  for (const key of [-1, 95, 10_001]) {
    expect([apiName(key), versionRange(key), apiTable(key)]).toEqual([null, null, undefined]);
    expect(removedInKafka4(key, 0)).toBe(false);
  }
});

test('what Kafka 4 dropped (KIP-896)', () => {
  expect([2, 3].map((version) => removedInKafka4(0, version))).toEqual([true, false]);
  expect(removedInKafka4(1, 3)).toBe(true);
  expect(removedInKafka4(4, 7)).toBe(true);
  expect(removedInKafka4(18, 0)).toBe(false);
});
