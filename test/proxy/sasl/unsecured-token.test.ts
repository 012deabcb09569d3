import { expect, test } from 'vitest';
import { unsecuredTokenText } from '../../../src/proxy/sasl/unsecured-token.ts';

test('an unsecured token names its subject and times, and has an empty signature', () => {
  const [header = '', claims = '', signature] = unsecuredTokenText(
    { subject: 'älice', lifetimeSeconds: 60 },
    1_000_999,
  ).split('.');
  const read = (text: string): unknown => JSON.parse(Buffer.from(text, 'base64url').toString());
  expect([read(header), read(claims), signature]).toEqual([
    { alg: 'none' },
    { sub: 'älice', iat: 1000, exp: 1060 },
    '',
  ]);
});
