import { expect, test } from 'vitest';
import { saslOutcome } from '../../src/exchange/sasl-outcome.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test.each([
  ['PLAIN', '', 'done'],
  ['SCRAM-SHA-256', 'r=nonce,s=c2FsdA==,i=4096', 'goes-on'],
  ['SCRAM-SHA-512', 'v=c2lnbmF0dXJl', 'done'],
  ['SCRAM-SHA-512', 'e=invalid-proof', 'goes-on'],
  ['OAUTHBEARER', '', 'done'],
  ['OAUTHBEARER', '{"status":"invalid_token"}', 'goes-on'],
  ['GSSAPI', 'anything', 'unknown'],
  ['', '', 'unknown'],
])('%s answered with "%s" is %s', (mechanism, answer, outcome) => {
  expect(saslOutcome(mechanism, bytes(answer))).toBe(outcome);
});
