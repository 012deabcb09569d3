import { expect, test } from 'vitest';
import { loginMechanismOf, loginMechanisms } from '../../../src/proxy/sasl/mechanism.ts';

test('mechanisms are found in any letter case, and others are not', () => {
  for (const name of loginMechanisms) expect(loginMechanismOf(` ${name.toLowerCase()} `)).toBe(name);
  for (const name of ['', 'GSSAPI', 'SCRAM-SHA-1', 'AWS_MSK_IAM']) expect(loginMechanismOf(name)).toBe(null);
});
