import { expect, test } from 'vitest';
import { isSensitiveConfigName } from '../../src/redact/sensitive-config-names.ts';

test.each([
  'sasl.jaas.config',
  'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config',
  'ssl.key.password',
  'ssl.keystore.password',
  'ssl.truststore.password',
  'ssl.keystore.key',
  'ssl.keystore.certificate.chain',
  'ssl.truststore.certificates',
  'password.encoder.secret',
  'password.encoder.old.secret',
  'delegation.token.master.key',
  'delegation.token.secret.key',
  'sasl.oauthbearer.assertion.private.key.passphrase',
  'SSL.KEY.PASSWORD',
  'rsm.config.aws.secret.access.key',
  'aws_access_key_id',
  'basic.auth.user.info',
  'basic.auth.credentials.source',
  'auth-token',
  'apiKey',
])('%s is a credential', (name) => {
  expect(isSensitiveConfigName(name)).toBe(true);
});

test.each([
  'retention.ms',
  'cleanup.policy',
  'delegation.token.expiry.time.ms',
  'sasl.oauthbearer.token.endpoint.url',
  'ssl.keystore.location',
  'ssl.keystore.type',
  'ssl.truststore.type',
  'ssl.cipher.suites',
  'num.network.threads',
  'monkey.business',
  'key.serializer',
  '',
])('%s is none', (name) => {
  expect(isSensitiveConfigName(name)).toBe(false);
});
