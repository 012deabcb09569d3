import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { decodeResponse } from '../../src/protocol/decode.ts';
import type { ProxyOptions } from '../../src/proxy/proxy-options.ts';
import type { UpstreamSasl } from '../../src/proxy/sasl/credentials.ts';
import { SaslBrokerConnection, type SaslBrokerOptions } from '../support/sasl-broker.ts';
import { closeAll, closeLater, startServer, startTestProxy, TestClient, until, Watcher } from './harness.ts';

afterEach(closeAll);

const alice = { username: 'alice', password: 'alice-secret' };
const scram: UpstreamSasl = { mechanism: 'SCRAM-SHA-256', ...alice };
const plain: UpstreamSasl = { mechanism: 'PLAIN', ...alice };

/** A broker with a SASL listener, and a proxy before it that logs in. */
async function setUp(
  upstreamSasl: UpstreamSasl,
  options: SaslBrokerOptions = {},
  proxyOptions: Partial<ProxyOptions> = {},
) {
  const connections: SaslBrokerConnection[] = [];
  let brokerPort = 0;
  brokerPort = await startServer((socket) => {
    connections.push(new SaslBrokerConnection(socket, brokerPort, options));
  });
  const watcher = new Watcher();
  const proxy = await startTestProxy([brokerPort], watcher, { upstreamSasl, ...proxyOptions });
  await proxy.probed;
  return { connections, watcher, proxy, brokerPort };
}

/** The proxy ended it, in order or by a reset. */
const isOver = (client: TestClient) => client.ended || client.closed;

const correlationId = (payload: Uint8Array) => Buffer.from(payload).readInt32BE(0);

async function tokenFile(token: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kafka-scope-token-'));
  closeLater(() => rm(folder, { recursive: true }));
  const path = join(folder, 'token');
  writeFileSync(path, token, { mode: 0o600 });
  return path;
}

describe('a client that knows nothing of SASL', () => {
  test.each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const)('is let in by %s', async (mechanism) => {
    const { connections, watcher, proxy } = await setUp({ mechanism, ...alice });
    const client = await TestClient.connect(proxy.address.port);
    const request = client.send(12, 0, 7);
    expect(correlationId(await client.next())).toBe(7);
    // The first connection is the probe's.
    const [probe, through] = connections;
    expect(probe?.log.at(-1)).toMatch(/^3 #/);
    const tokens = mechanism === 'PLAIN' ? ['SaslAuthenticate'] : ['SaslAuthenticate', 'SaslAuthenticate'];
    expect(through?.log).toEqual(['ApiVersions', `SaslHandshake ${mechanism}`, ...tokens, '12 #7']);
    expect(through?.users).toEqual(['alice']);
    await until(() => watcher.bytes('client').equals(request));
    expect(watcher.named('upstream-authenticated').map(({ detail }) => detail)).toEqual([
      { mechanism, principal: 'alice', sessionLifetimeMs: null, reauthentications: 0 },
    ]);
    expect(proxy.brokers().map(({ nodeId }) => nodeId)).toEqual([1]);
  });

  test('is let in by OAUTHBEARER with the token that is in the file by then', async () => {
    const file = await tokenFile('old.to.ken');
    const { connections, watcher, proxy } = await setUp(
      { mechanism: 'OAUTHBEARER', tokenFile: file },
      { token: 'a.b.c' },
    );
    expect(watcher.named('upstream-authentication-failed')[0]?.detail).toMatchObject({
      reason: 'sasl-authentication-failed',
      message: expect.stringContaining('{"status":"invalid_token"}'),
    });
    writeFileSync(file, 'a.b.c\n');
    const client = await TestClient.connect(proxy.address.port);
    client.send(12, 0, 7);
    await client.next();
    expect(connections.at(-1)?.users).toEqual(['a.b.c']);
  });

  test('with an old broker that tells no lifetime', async () => {
    const { connections, proxy } = await setUp(scram, { authenticateMax: 0, lifetimeMs: 1000 });
    const client = await TestClient.connect(proxy.address.port);
    client.send(12, 0, 7);
    await client.next();
    expect(connections.at(-1)?.users).toEqual(['alice']);
  });
});

describe('where the broker does not let the proxy in', () => {
  test.each<[string, UpstreamSasl, SaslBrokerOptions, string]>([
    ['a wrong password', { ...plain, password: 'mistaken-secret' }, {}, 'Invalid username or password'],
    ['a wrong SCRAM password', { ...scram, password: 'mistaken-secret' }, {}, 'Authentication failed'],
    ['another mechanism', scram, { mechanisms: ['GSSAPI', 'PLAIN'] }, 'it offers GSSAPI, PLAIN'],
    ['no SASL at all', plain, { mechanisms: [] }, 'a listener without SASL'],
    ['a broker that does not know the password', scram, { wrongSignature: true }, 'signature is wrong'],
    ['an ancient broker', plain, { authenticateMax: -1 }, 'older than Kafka 1.0'],
  ])('%s is said in words, for the probe and for each client', async (_case, sasl, options, words) => {
    const { watcher, proxy } = await setUp(sasl, options);
    expect(await proxy.probed).toMatchObject({ kind: 'unauthenticated', message: expect.stringContaining(words) });
    const client = await TestClient.attempt(proxy.address.port);
    await until(() => isOver(client));
    const failures = watcher.named('upstream-authentication-failed').map(({ detail }) => detail);
    expect(failures).toHaveLength(2);
    for (const { message } of failures) expect(message).toContain(words);
    expect(failures[1]).toHaveProperty('client');
    const said = JSON.stringify(watcher.events);
    for (const secret of ['mistaken-secret', 'alice-secret']) expect(said).not.toContain(secret);
  });

  test('a server that says nothing ends at the deadline, one that leaves at once', async () => {
    const silent = await startServer(() => undefined);
    const leaving = await startServer((socket) => socket.end());
    const reasons: unknown[] = [];
    for (const port of [silent, leaving]) {
      const watcher = new Watcher();
      const proxy = await startTestProxy([port], watcher, { upstreamSasl: plain, connectTimeoutMs: 100 });
      const client = await TestClient.attempt(proxy.address.port);
      await until(() => isOver(client) && watcher.named('upstream-authentication-failed').length === 2);
      reasons.push(...watcher.named('upstream-authentication-failed').map(({ detail }) => detail.reason));
    }
    expect(reasons).toEqual(['sasl-timeout', 'sasl-timeout', 'sasl-connection-closed', 'sasl-connection-closed']);
  });

  test('closing the proxy gives a login up', async () => {
    const silent = await startServer(() => undefined);
    const watcher = new Watcher();
    const proxy = await startTestProxy([silent], watcher, { upstreamSasl: plain, connectTimeoutMs: 60_000 });
    const client = await TestClient.connect(proxy.address.port);
    await until(() => proxy.connections() === 1);
    await proxy.close();
    await until(() => isOver(client));
    expect(watcher.named('upstream-authentication-failed')).toEqual([]);
  });
});

describe('a client that logs in itself', () => {
  test('hears it from the broker, and an event says why', async () => {
    const { watcher, proxy } = await setUp(plain);
    const client = await TestClient.connect(proxy.address.port);
    client.send(17, 1, 5, { mechanism: 'PLAIN' });
    const answer = decodeResponse(await client.next(), 17, 1);
    expect(answer).toMatchObject({ kind: 'decoded', body: { errorCode: 34 } });
    expect(watcher.named('client-login-passed-on')[0]?.detail.message).toContain('ILLEGAL_SASL_STATE');
  });
});

describe('re-authentication', () => {
  test('between requests that are sent without a pause: none is lost, late or out of order', async () => {
    const { connections, watcher, proxy } = await setUp(scram, { lifetimeMs: 300 });
    const client = await TestClient.connect(proxy.address.port);
    const times = () => watcher.named('upstream-authenticated').at(-1)?.detail.reauthentications;
    let next = 1;
    const expected: string[] = [];
    for (let answered = 1; times() !== 3; answered += 1) {
      // Eight in flight, so that the broker is never idle.
      for (; next < answered + 8; next += 1) {
        client.send(12, 0, next);
        expected.push(`12 #${next}`);
      }
      expect(correlationId(await client.next())).toBe(answered);
    }
    const through = connections.at(-1);
    await until(() => through?.log.at(-1) === expected.at(-1));
    expect(through?.log.filter((line) => line.startsWith('12 '))).toEqual(expected);
    expect(through?.log).not.toContain('closed');
    expect(through?.users).toEqual(['alice', 'alice', 'alice', 'alice']);
  });

  test('waits for a response that comes late', async () => {
    const late: (() => void)[] = [];
    const options: SaslBrokerOptions = {
      lifetimeMs: 200,
      answer: ({ apiKey, apiVersion, correlationId: id, connection }) => {
        if (id !== 41) return undefined;
        late.push(() => connection.respond(apiKey, apiVersion, id, {}));
        return null;
      },
    };
    const { connections, watcher, proxy } = await setUp(plain, options);
    const client = await TestClient.connect(proxy.address.port);
    client.send(12, 0, 41);
    await until(() => watcher.named('upstream-reauthentication-late').length > 0);
    client.send(12, 0, 42);
    const through = connections.at(-1);
    expect(through?.log.slice(-2)).toEqual(['SaslAuthenticate', '12 #41']);
    late[0]?.();
    expect(correlationId(await client.next())).toBe(41);
    expect(correlationId(await client.next())).toBe(42);
    expect(through?.log.slice(4, 7)).toEqual(['SaslHandshake PLAIN', 'SaslAuthenticate', '12 #42']);
  });

  test('that fails closes the connection with a reason', async () => {
    const options: SaslBrokerOptions = { lifetimeMs: 200 };
    const { watcher, proxy } = await setUp(plain, options);
    const client = await TestClient.connect(proxy.address.port);
    client.send(12, 0, 1);
    await client.next();
    options.password = 'changed meanwhile';
    await until(() => isOver(client) && watcher.closedReasons().length > 0);
    expect(watcher.closedReasons()).toEqual(['upstream-authentication-failed']);
    expect(watcher.named('upstream-authentication-failed')[0]?.detail.reason).toBe('sasl-authentication-failed');
  });

  test('a drain lets it end first', async () => {
    const { connections, watcher, proxy } = await setUp(plain, { lifetimeMs: 150 });
    const client = await TestClient.connect(proxy.address.port);
    client.send(12, 0, 1);
    await client.next();
    await until(() => watcher.named('upstream-authenticated').length > 1);
    await proxy.drain();
    await until(() => client.ended);
    expect(connections.at(-1)?.log).not.toContain('closed');
  });
});
