import { expect, test } from 'vitest';
import { explainBrokerTls, explainClientTls } from '../../src/proxy/tls-failure.ts';

test.each([
  ['CERT_HAS_EXPIRED', 'certificate-expired'],
  ['CERT_NOT_YET_VALID', 'certificate-not-yet-valid'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate-wrong-name'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'certificate-unknown-ca'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'not-tls'],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'certificate-required'],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'certificate-refused'],
  ['ERR_SSL_SOMETHING', 'tls-failed'],
])('a broker: %s is %s', (code, reason) => {
  const failure = explainBrokerTls('b:9093', code, 'detail');
  expect(failure?.reason).toBe(reason);
  expect(failure?.message).toContain('b:9093');
});

test('what is no business of TLS is left to others', () => {
  expect(explainBrokerTls('b:9093', 'ECONNREFUSED', '')).toBe(null);
});

test.each([
  ['ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE', '', 'certificate-missing'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', '', 'not-tls'],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', '', 'certificate-not-trusted'],
  ['ERR_SSL_UNSUPPORTED_PROTOCOL', '', 'tls-version'],
  ['ERR_TLS_HANDSHAKE_TIMEOUT', '', 'handshake-timeout'],
  ['ECONNRESET', '', 'handshake-abandoned'],
  ['ECONNRESET', 'CERT_HAS_EXPIRED', 'certificate-expired'],
  ['ECONNRESET', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate-refused'],
  ['ERR_SSL_SOMETHING', '', 'tls-failed'],
])('a client: %s %s is %s', (code, verdict, reason) => {
  expect(explainClientTls(code, verdict).reason).toBe(reason);
});
