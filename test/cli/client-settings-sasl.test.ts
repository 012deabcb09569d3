import { describe, expect, test } from 'vitest';
import { ClientSettings } from '../../src/cli/client-settings.ts';
import { mechanismMessage, noSaslSettings, saslSettingsOf } from '../../src/cli/client-settings-sasl.ts';
import type { LoginMechanism } from '../../src/proxy/sasl/mechanism.ts';

const read = (text: string, mechanism: LoginMechanism | null = null) =>
  saslSettingsOf(ClientSettings.parse('f', text), mechanism);
const module = (name: string, options: string) =>
  `sasl.jaas.config=org.apache.kafka.common.security.x.${name} required ${options};\n`;
const alice = { username: 'alice', password: 'alice-secret' };

describe('the login of a configuration file', () => {
  test.each<[string, string, object]>([
    [
      'Java, PLAIN',
      `sasl.mechanism=PLAIN\n${module('PlainLoginModule', 'username="alice" password="alice-secret"')}`,
      { mechanism: 'PLAIN', ...alice },
    ],
    [
      'Java, a delegation token',
      `sasl.mechanism=SCRAM-SHA-512\n${module('ScramLoginModule', 'username="alice" password="alice-secret" tokenauth="true"')}`,
      { mechanism: 'SCRAM-SHA-512', ...alice, delegationToken: true },
    ],
    [
      'kcat',
      'sasl.mechanisms=SCRAM-SHA-256\nsasl.username=alice\nsasl.password=alice-secret',
      { mechanism: 'SCRAM-SHA-256', ...alice },
    ],
    [
      'a token file of Java',
      `sasl.mechanism=OAUTHBEARER\n${module('OAuthBearerLoginModule', '')}sasl.oauthbearer.token.endpoint.url=file:///run/token`,
      { mechanism: 'OAUTHBEARER', tokenFile: '/run/token' },
    ],
    [
      'a token from elsewhere',
      'sasl.mechanism=OAUTHBEARER\nsasl.oauthbearer.token.endpoint.url=https://x',
      { mechanism: 'OAUTHBEARER' },
    ],
  ])('%s', (_case, text, expected) => {
    expect(read(text)).toEqual({ ...noSaslSettings, ...expected });
  });

  test('unsecured tokens of development clusters, by either file', () => {
    const java = module('OAuthBearerLoginModule', 'unsecuredLoginStringClaim_sub="dev"');
    const config = 'enable.sasl.oauthbearer.unsecure.jwt=true\nsasl.oauthbearer.config=principal=dev lifeSeconds=60';
    expect(read(`sasl.mechanism=OAUTHBEARER\n${java}`)).toEqual({
      ...noSaslSettings,
      mechanism: 'OAUTHBEARER',
      unsecured: { subject: 'dev', lifetimeSeconds: 3600 },
    });
    expect(read(`sasl.mechanism=OAUTHBEARER\n${config}`).unsecured).toEqual({ subject: 'dev', lifetimeSeconds: 60 });
    expect(read(`sasl.mechanism=OAUTHBEARER\n${config.replace('true', 'false')}`).unsecured).toBe(null);
    expect(() => read(`sasl.mechanism=OAUTHBEARER\n${config.replace('=60', '=x')}`)).toThrow('no number of seconds');
    expect(() => read(`sasl.mechanism=OAUTHBEARER\n${config.replace('principal', 'scope')}`)).toThrow('principal=NAME');
  });

  test('a mechanism by flag replaces the one of the file', () => {
    const text = 'sasl.mechanism=GSSAPI\nsasl.username=alice\nsasl.password=alice-secret';
    expect(read(text, 'PLAIN')).toEqual({ ...noSaslSettings, mechanism: 'PLAIN', ...alice });
  });

  test.each([
    ['GSSAPI', 'sasl.mechanism=GSSAPI', 'f:1: sasl.mechanism: kafka-scope cannot log in by GSSAPI (Kerberos)'],
    ['another mechanism', 'sasl.mechanism=AWS_MSK_IAM', 'cannot log in by AWS_MSK_IAM'],
    ['none', 'security.protocol=SASL_SSL', 'f:1: security.protocol: sasl.mechanism is not set'],
    ['none at all', '', 'sasl.mechanism is not set'],
    [
      'a wrong module',
      `sasl.mechanism=PLAIN\n${module('ScramLoginModule', 'username="a" password="zz-secret"')}`,
      'f:2: sasl.jaas.config: PLAIN needs the PlainLoginModule',
    ],
    ['no password', `sasl.mechanism=PLAIN\n${module('PlainLoginModule', 'username="a"')}`, 'password="…" are expected'],
    [
      'a broken module',
      'sasl.mechanism=PLAIN\nsasl.jaas.config=x required password="zz-secret',
      'f:2: sasl.jaas.config: a quote',
    ],
    [
      'a token on another machine',
      'sasl.mechanism=OAUTHBEARER\nsasl.oauthbearer.token.endpoint.url=file://host/x',
      'no file of this machine',
    ],
  ])('%s is said with file and line', (_case, text, words) => {
    expect(() => read(text)).toThrow(words);
    expect(() => read(text)).not.toThrow(/zz-secret/);
  });

  test('an endless name of a mechanism is cut', () => {
    expect(mechanismMessage('x'.repeat(9999)).length).toBeLessThan(400);
  });
});
