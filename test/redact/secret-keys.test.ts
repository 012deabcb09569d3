import { expect, test } from 'vitest';
import { holdsConfigs, holdsSecretFields, mayHoldSecrets } from '../../src/redact/secret-keys.ts';

test('secret-bearing messages by direction', () => {
  expect(holdsSecretFields(36, 'request')).toBe(true);
  expect(holdsSecretFields(38, 'request')).toBe(false);
  expect(holdsSecretFields(38, 'response')).toBe(true);
  expect(holdsConfigs(32, 'request')).toBe(false);
  expect(holdsConfigs(32, 'response')).toBe(true);
  expect(holdsConfigs(19, 'request')).toBe(true);
  expect(holdsConfigs(19, 'response')).toBe(true);
  expect(mayHoldSecrets(44, 'request')).toBe(true);
});

test('ordinary, unknown and impossible keys hold none', () => {
  for (const apiKey of [-32768, -1, 0, 1, 3, 18, 95, 999, 32767]) {
    expect(mayHoldSecrets(apiKey, 'request')).toBe(false);
    expect(mayHoldSecrets(apiKey, 'response')).toBe(false);
  }
});
