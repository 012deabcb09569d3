import { describe, expect, test } from 'vitest';
import { describeLoginFailure, type LoginRefusal, withoutSecrets } from '../../../src/proxy/sasl/login-failure.ts';

const place = {
  broker: 'b1:9093',
  mechanism: 'SCRAM-SHA-256',
  principal: 'alice',
  timeoutMs: 5000,
  secrets: ['alice-secret'],
};

function words(kind: LoginRefusal['kind'], detail = '', offered: readonly string[] = []): string {
  const failure = describeLoginFailure({ kind, detail, offered }, place);
  expect(failure.authentication).toBe(true);
  return `${failure.reason}: ${failure.message}`;
}

describe('a failed login says who refused what, and what to change', () => {
  test.each<[LoginRefusal['kind'], string, string]>([
    ['no-sasl', '', 'sasl-not-offered: b1:9093 is a listener without SASL'],
    [
      'refused',
      'unknown user',
      'sasl-authentication-failed: b1:9093 refused the SCRAM-SHA-256 login of alice: unknown user. Check user and password.',
    ],
    [
      'mechanism-failed',
      'its signature is wrong',
      'The SCRAM-SHA-256 login of alice to b1:9093 failed: its signature is wrong.',
    ],
    ['too-old', '', 'older than Kafka 1.0'],
    ['not-kafka', 'This is a TLS alert.', 'b1:9093 does not answer a login with Kafka. This is a TLS alert.'],
    ['protocol', 'it sends more', 'sasl-protocol-error: b1:9093 does not keep to the protocol'],
    ['closed', 'ECONNRESET', 'closed the connection during the SCRAM-SHA-256 login of alice (ECONNRESET)'],
    ['timeout', '', 'within 5000 ms'],
    ['token', 'x is empty.', 'There is no token to log in to b1:9093 with: x is empty.'],
  ])('%s', (kind, detail, expected) => {
    expect(words(kind, detail)).toContain(expected);
  });

  test('a mechanism that is not offered: with those that are, but not with thousands', () => {
    expect(words('mechanism', '', ['PLAIN', 'GSSAPI'])).toContain('it offers PLAIN, GSSAPI: choose one');
    expect(words('mechanism')).toContain('it offers none');
    const many = Array.from({ length: 1000 }, () => 'x'.repeat(1000));
    expect(words('mechanism', '', many).length).toBeLessThan(2000);
    expect(words('mechanism', '', many)).toContain('984 more');
  });

  test('the text of a broker is cut, and a password in it overwritten', () => {
    expect(words('refused', 'x'.repeat(100_000)).length).toBeLessThan(1000);
    expect(words('refused', 'you said alice-secret!')).not.toContain('alice-secret');
  });
});

test('secrets are overwritten plain, in base64 and in a URL; tiny ones would hit everything', () => {
  const secret = 'p ss/word';
  const forms = [secret, Buffer.from(secret).toString('base64'), encodeURIComponent(secret)];
  for (const form of forms) expect(withoutSecrets(`a ${form} b`, [secret])).toBe('a <redacted> b');
  expect(withoutSecrets('a sentence', ['e', ''])).toBe('a sentence');
});
