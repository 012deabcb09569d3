import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { upstreamOf } from '../../src/cli/upstream-flags.ts';
import { eventSentence } from '../../src/export/event-sentence.ts';
import { eventLine } from '../../src/export/ndjson.ts';
import type { UpstreamSasl } from '../../src/proxy/sasl/credentials.ts';
import { closeAll, startServer, startTestProxy, TestClient, until, Watcher } from '../proxy/harness.ts';
import { startTeam } from '../runtime/data-plane/harness.ts';
import { runCli } from '../support/run-cli.ts';
import { SaslBrokerConnection, type SaslBrokerOptions } from '../support/sasl-broker.ts';
import { canaryFor, canaryForms, Output } from './canary.ts';
import { everySink } from './every-sink.ts';

afterEach(closeAll);

const folder = mkdtempSync(join(tmpdir(), 'kafka-scope-secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));

const secret = canaryFor('the password of the proxy itself');
const canary = canaryForms(secret);
const tokenPath = join(folder, 'token');
writeFileSync(tokenPath, secret);

const logins: readonly UpstreamSasl[] = [
  ...(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const).map(
    (mechanism): UpstreamSasl => ({ mechanism, username: 'alice', password: secret }),
  ),
  { mechanism: 'OAUTHBEARER', tokenFile: tokenPath },
];

/** Everything that a run with this login gives out: events as lines and sentences, and all sinks. */
async function outputs(
  upstreamSasl: UpstreamSasl,
  options: SaslBrokerOptions,
  enough: (w: Watcher) => boolean,
  start: typeof startTestProxy = startTestProxy,
) {
  const port = await startServer((socket) => {
    new SaslBrokerConnection(socket, 9092, options);
  });
  const watcher = new Watcher();
  const proxy = await start([port], watcher, { upstreamSasl });
  await proxy.probed;
  const client = await TestClient.connect(proxy.address.port);
  client.send(12, 0, 1);
  await until(() => enough(watcher));
  await proxy.close();
  const sinks = everySink(watcher.inputs, { unsafeShowSecrets: true, payload: 'show' });
  for (const [index, event] of watcher.events.entries()) {
    sinks.set(`event ${index} as a line`, eventLine(event));
    sinks.set(`event ${index} as a sentence`, eventSentence(event) ?? '');
  }
  return sinks;
}

describe('what the proxy logs in with comes out nowhere', () => {
  test.each(logins.map((sasl) => [sasl.mechanism, sasl] as const))('%s, let in and again', async (_name, sasl) => {
    const options = { password: secret, token: secret, lifetimeMs: 200 };
    const again = (w: Watcher) => w.named('upstream-authenticated').length > 1;
    for (const [sink, output] of await outputs(sasl, options, again)) {
      expect([sink, new Output(output).holds(canary)]).toEqual([sink, false]);
    }
  });

  test.each(logins.map((sasl) => [sasl.mechanism, sasl] as const))(
    '%s, by a thread of --workers',
    async (_name, sasl) => {
      const options = { password: secret, token: secret, lifetimeMs: 200 };
      const again = (w: Watcher) => w.named('upstream-authenticated').length > 1;
      const start: typeof startTestProxy = (ports, watcher, more) => startTeam(ports, watcher, {}, more);
      for (const [sink, output] of await outputs(sasl, options, again, start)) {
        expect([sink, new Output(output).holds(canary)]).toEqual([sink, false]);
      }
    },
  );

  test.each(logins.map((sasl) => [sasl.mechanism, sasl] as const))('%s, refused', async (_name, sasl) => {
    const twice = (w: Watcher) => w.named('upstream-authentication-failed').length > 1;
    for (const [sink, output] of await outputs(sasl, { password: 'another', token: 'another' }, twice)) {
      expect([sink, new Output(output).holds(canary)]).toEqual([sink, false]);
    }
  });
});

describe('a configuration file that cannot be used', () => {
  const jaas = 'sasl.jaas.config=x.PlainLoginModule required';
  test.each([
    ['a quote that is not closed', `sasl.mechanism=PLAIN\n${jaas} username="a" password="${secret};`],
    ['no semicolon', `sasl.mechanism=PLAIN\n${jaas} username="a" password="${secret}"`],
    ['no user', `sasl.mechanism=PLAIN\n${jaas} password="${secret}";`],
    ['no equals sign', `sasl.mechanism=PLAIN\n${jaas} password ${secret};`],
    ['another mechanism', `sasl.mechanism=GSSAPI\n${jaas} username="a" password="${secret}";`],
    ['a broken escape', `sasl.mechanism=PLAIN\n${jaas} username="a" password="${secret}\\u00";`],
    ['no key', `sasl.username=a\n${secret}`],
    ['no user for librdkafka', `sasl.mechanism=PLAIN\nsasl.password=${secret}`],
    [
      'a password as a key password',
      `sasl.mechanism=PLAIN\nssl.key.password=${secret}\nssl.keystore.key=-----BEGIN ENCRYPTED PRIVATE KEY----- AAAA -----END ENCRYPTED PRIVATE KEY-----\nssl.keystore.certificate.chain=-----BEGIN CERTIFICATE----- AAAA -----END CERTIFICATE-----`,
    ],
    [
      'a key that is none',
      `sasl.mechanism=PLAIN\nssl.keystore.key=${secret}\nssl.keystore.certificate.chain=-----BEGIN CERTIFICATE----- AAAA -----END CERTIFICATE-----`,
    ],
  ])('%s: neither the sentence nor the stack repeats a secret', async (_case, text) => {
    const path = join(folder, 'client.properties');
    writeFileSync(path, `bootstrap.servers=b:9092\nsecurity.protocol=SASL_SSL\n${text}`, { mode: 0o600 });
    const warnings: string[] = [];
    let said = '';
    try {
      upstreamOf({ upstreamConfig: path }, (sentence) => warnings.push(sentence));
    } catch (error) {
      said = error instanceof Error ? `${error.stack}${error.message}` : String(error);
    }
    expect(said).not.toBe('');
    expect(new Output(said + warnings.join()).holds(canary)).toBe(false);
  });

  test('the program says it in one sentence and exits with 2', async () => {
    const path = join(folder, 'program.properties');
    writeFileSync(path, `security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\n${jaas} password="${secret}`);
    const { code, stdout, stderr } = await runCli(['proxy', '--upstream', 'b:1', '--upstream-config', path]);
    expect(code).toBe(2);
    expect(stderr).toBe(`kafka-scope: ${path}:3: sasl.jaas.config: a quote is not closed.\n`);
    expect(stdout).toBe('');
  });
});
