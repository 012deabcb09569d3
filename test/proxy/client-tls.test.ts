import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { encodeRequest } from '../../src/protocol/encode.ts';
import { makeAuthority, makeLeaf } from '../../src/proxy/certificate-maker.ts';
import type { UpstreamTls } from '../../src/proxy/upstream-race.ts';
import { framed } from '../support/conversation.ts';
import {
  closeAll,
  closeLater,
  FakeBroker,
  freePort,
  startServer,
  startTestProxy,
  TestClient,
  until,
  Watcher,
} from './harness.ts';

afterEach(closeAll);

const authority = makeAuthority(Date.now());
const stranger = makeAuthority(Date.now());
const auto = { certificate: null, authority, clientCa: null };
const trusting: UpstreamTls = { ca: authority.cert, cert: null, key: null, servername: null, insecure: false };

/** Asks the proxy for Metadata over TLS; the payload's size, or the error's code. */
async function ask(
  port: number,
  options: tls.ConnectionOptions,
): Promise<{ bytes: number; error: string; socket: tls.TLSSocket }> {
  const socket = tls.connect({ host: '127.0.0.1', port, ca: authority.cert, ...options });
  closeLater(() => {
    socket.destroy();
  });
  let error = '';
  let bytes = 0;
  socket.on('error', (problem: NodeJS.ErrnoException) => {
    error = problem.code ?? problem.message;
  });
  socket.on('data', (chunk: Uint8Array) => {
    bytes += chunk.length;
  });
  socket.write(
    framed(encodeRequest({ apiKey: 3, apiVersion: 9, correlationId: 1, clientId: 't', body: { topics: null } })),
  );
  await until(() => bytes > 0 || socket.destroyed);
  return { bytes, error, socket };
}

/** A TLS server before a plain broker, as a broker with a TLS listener. */
async function tlsBroker(options: tls.TlsOptions): Promise<{ port: number; broker: FakeBroker }> {
  const broker = await FakeBroker.start();
  const server = tls.createServer(options, (socket) => {
    const inner = net.connect(broker.port, '127.0.0.1');
    socket.pipe(inner).pipe(socket);
    for (const each of [socket, inner]) {
      each.on('error', () => undefined);
      closeLater(() => {
        each.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closeLater(() => {
    server.close();
  });
  const address = server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, broker };
}

describe('TLS of clients', () => {
  test('ends with a leaf for the name asked for; the broker hears plaintext, the observer the facts', async () => {
    const broker = await FakeBroker.start();
    const watcher = new Watcher();
    const proxy = await startTestProxy([broker.port], watcher, { clientTls: auto, advertiseHost: 'localhost' });
    const { bytes, error, socket } = await ask(proxy.address.port, { servername: 'b1.kafka.example' });
    expect([error, bytes > 0, socket.authorized]).toEqual(['', true, true]);
    expect(watcher.inputs[0]).toMatchObject({
      kind: 'opened',
      client: `127.0.0.1:${socket.localPort}`,
      tls: { version: 'TLSv1.3', cipher: socket.getCipher().name, sni: 'b1.kafka.example' },
    });
    expect(broker.seen.some(({ apiKey }) => apiKey === 3)).toBe(true);
    const again = await ask(proxy.address.port, { servername: 'b1.kafka.example' });
    expect(again.socket.getPeerCertificate().serialNumber).toBe(socket.getPeerCertificate().serialNumber);
    // No name at all: the address itself is in the certificate.
    expect((await ask(proxy.address.port, {})).socket.authorized).toBe(true);
    socket.end();
    await until(() => socket.destroyed);
    await until(() => watcher.closedReasons().length === 1);
    expect(watcher.closedReasons()).toEqual(['fin']);
  });

  test('a given certificate serves, TLS 1.2 too, and 8 MB pass whole', async () => {
    const broker = await FakeBroker.start();
    const big = new Uint8Array(8_000_000).fill(7);
    broker.answer = ({ apiKey, correlationId }) => {
      if (apiKey !== 3) return undefined;
      new DataView(big.buffer).setInt32(0, correlationId);
      return big;
    };
    const certificate = makeLeaf(authority, ['127.0.0.1'], Date.now());
    const proxy = await startTestProxy([broker.port], new Watcher(), {
      clientTls: { certificate, authority: null, clientCa: null },
      connectTimeoutMs: 300,
    });
    // A key the proxy cannot follow carries the payload as it is.
    broker.answer = ({ apiKey, correlationId }) => {
      if (apiKey !== 12) return undefined;
      new DataView(big.buffer).setInt32(0, correlationId);
      return big;
    };
    const socket = tls.connect({
      host: '127.0.0.1',
      port: proxy.address.port,
      ca: authority.cert,
      maxVersion: 'TLSv1.2',
    });
    closeLater(() => {
      socket.destroy();
    });
    let bytes = 0;
    socket.on('data', (chunk: Uint8Array) => {
      bytes += chunk.length;
    });
    socket.write(framed(encodeRequest({ apiKey: 12, apiVersion: 0, correlationId: 1, clientId: 't', body: {} })));
    await until(() => bytes >= big.length + 4);
    expect([bytes, socket.getProtocol()]).toEqual([big.length + 4, 'TLSv1.2']);
  });

  test('client certificates: a good one passes, none and a strange one are told apart', async () => {
    const broker = await FakeBroker.start();
    const watcher = new Watcher();
    const proxy = await startTestProxy([broker.port], watcher, { clientTls: { ...auto, clientCa: stranger.cert } });
    const good = makeLeaf(stranger, ['client'], Date.now(), 'client');
    const selfSigned = makeAuthority(Date.now());
    const failures = () => watcher.named('tls-failed').map(({ detail }) => detail.reason);
    expect((await ask(proxy.address.port, {})).bytes).toBe(0);
    await until(() => failures().length === 1);
    await ask(proxy.address.port, { cert: selfSigned.cert, key: selfSigned.key });
    await until(() => failures().length === 2);
    expect(failures()).toEqual(['certificate-missing', 'certificate-refused']);
    expect(watcher.named('tls-failed')[0]?.detail.client).toMatch(/^127\.0\.0\.1:\d+$/);
    const shown = await ask(proxy.address.port, { cert: good.cert, key: good.key });
    expect([shown.error, shown.bytes > 0]).toEqual(['', true]);
  });

  test('plaintext and a client that leaves in the middle: each in words', async () => {
    const broker = await FakeBroker.start();
    const watcher = new Watcher();
    const proxy = await startTestProxy([broker.port], watcher, { clientTls: auto });
    const plain = await TestClient.connect(proxy.address.port);
    plain.send(18, 0, 1);
    await until(() => watcher.named('tls-failed').length === 1);
    (await TestClient.connect(proxy.address.port)).socket.destroy();
    await until(() => watcher.named('tls-failed').length === 2);
    const reasons = watcher.named('tls-failed').map(({ detail }) => detail.reason);
    expect(reasons).toEqual(['not-tls', 'handshake-abandoned']);
  });

  test('closing does not wait for a handshake that never ends', async () => {
    const broker = await FakeBroker.start();
    const proxy = await startTestProxy([broker.port], new Watcher(), { clientTls: auto });
    const silent = await TestClient.connect(proxy.address.port);
    await proxy.drain();
    await until(() => silent.closed || silent.ended);
  });
});

describe('TLS to the brokers', () => {
  test('is verified, told, and its secrets go to the key log with those of the client', async () => {
    const leaf = makeLeaf(authority, ['127.0.0.1'], Date.now());
    const { port } = await tlsBroker({ cert: leaf.cert, key: leaf.key });
    const folder = mkdtempSync(join(tmpdir(), 'kafka-scope-tls-'));
    closeLater(() => rmSync(folder, { recursive: true }));
    const keylogPath = join(folder, 'keys');
    const watcher = new Watcher();
    const proxy = await startTestProxy([port], watcher, { clientTls: auto, upstreamTls: trusting, keylogPath });
    expect(await proxy.probed).toMatchObject({ kind: 'kafka' });
    const logged = () =>
      readFileSync(keylogPath, 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('CLIENT_TRAFFIC_SECRET_0 ')).length;
    expect(logged()).toBe(1);
    expect((await ask(proxy.address.port, {})).bytes).toBeGreaterThan(0);
    expect(logged()).toBe(3);
    expect(watcher.named('broker-tls')[0]?.detail).toMatchObject({ version: 'TLSv1.3' });
  });

  test.each([
    ['an unknown authority', { ...trusting, ca: stranger.cert }, ['127.0.0.1'], 'certificate-unknown-ca'],
    ['another name', trusting, ['elsewhere.example'], 'certificate-wrong-name'],
  ])('%s is refused in words', async (_case, upstreamTls, names, reason) => {
    const leaf = makeLeaf(authority, names, Date.now());
    const { port } = await tlsBroker({ cert: leaf.cert, key: leaf.key });
    const proxy = await startTestProxy([port], new Watcher(), { upstreamTls });
    expect(await proxy.probed).toMatchObject({ kind: 'unreachable', reason });
  });

  test('an expired certificate is refused in words, and passes when nobody looks', async () => {
    const leaf = makeLeaf(authority, ['127.0.0.1'], Date.now() - 400 * 86_400_000);
    const { port } = await tlsBroker({ cert: leaf.cert, key: leaf.key });
    const strict = await startTestProxy([port], new Watcher(), { upstreamTls: trusting });
    expect(await strict.probed).toMatchObject({ kind: 'unreachable', reason: 'certificate-expired' });
    const lax = await startTestProxy([port], new Watcher(), { upstreamTls: { ...trusting, insecure: true } });
    expect(await lax.probed).toMatchObject({ kind: 'kafka' });
  });

  test('a name other than the host connected to can be asked for', async () => {
    const leaf = makeLeaf(authority, ['broker.internal'], Date.now());
    const { port } = await tlsBroker({ cert: leaf.cert, key: leaf.key });
    const upstreamTls = { ...trusting, servername: 'broker.internal' };
    const proxy = await startTestProxy([port], new Watcher(), { upstreamTls });
    expect(await proxy.probed).toMatchObject({ kind: 'kafka' });
  });

  test('a broker that wants our certificate: with none a sentence, with one it serves', async () => {
    const own = makeLeaf(stranger, ['proxy'], Date.now(), 'client');
    const leaf = makeLeaf(authority, ['127.0.0.1'], Date.now());
    const { port } = await tlsBroker({ cert: leaf.cert, key: leaf.key, ca: stranger.cert, requestCert: true });
    const watcher = new Watcher();
    const proxy = await startTestProxy([port], watcher, { upstreamTls: trusting, connectTimeoutMs: 500 });
    const client = await TestClient.connect(proxy.address.port);
    client.send(18, 0, 1);
    await until(() => watcher.named('tls-failed').length > 0);
    expect(watcher.named('tls-failed')[0]?.detail.reason).toBe('certificate-required');
    const served = await startTestProxy([port], new Watcher(), { upstreamTls: { ...trusting, ...own } });
    expect(await served.probed).toMatchObject({ kind: 'kafka' });
  });

  test('a plaintext port is named as such', async () => {
    const port = await startServer((socket) => socket.on('data', () => socket.end('not tls at all')));
    const proxy = await startTestProxy([port], new Watcher(), { upstreamTls: trusting, connectTimeoutMs: 500 });
    expect(await proxy.probed).toMatchObject({ kind: 'unreachable', reason: 'not-tls' });
    const nobody = await startTestProxy([await freePort()], new Watcher(), { upstreamTls: trusting });
    expect(await nobody.probed).toMatchObject({ kind: 'unreachable', reason: 'connection-refused' });
  });
});
