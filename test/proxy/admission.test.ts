import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { decodeResponse } from '../../src/protocol/decode.ts';
import { encodeRequest } from '../../src/protocol/encode.ts';
import { structsField } from '../../src/protocol/struct-fields.ts';
import { makeAuthority, makeLeaf } from '../../src/proxy/certificate-maker.ts';
import type { RunningProxy } from '../../src/proxy/proxy.ts';
import type { ProxyOptions } from '../../src/proxy/proxy-options.ts';
import { writeProxyHeader } from '../../src/wire/proxy-header.ts';
import { framed } from '../support/conversation.ts';
import { closeAll, closeLater, FakeBroker, startServer, startTestProxy, until, Watcher } from './harness.ts';

afterEach(closeAll);

const authority = makeAuthority(Date.now());
const auto = { certificate: null, authority, clientCa: null };
const named: Partial<ProxyOptions> = { clientTls: auto, advertisePattern: 'b{nodeId}.kafka.example' };
const metadata = framed(
  encodeRequest({ apiKey: 3, apiVersion: 9, correlationId: 1, clientId: 't', body: { topics: null } }),
);
const header = writeProxyHeader({
  source: { host: '203.0.113.9', port: 4711 },
  destination: { host: '198.51.100.1', port: 9092 },
});

/** Asks for Metadata; the brokers as the answer names them, or null when the connection ends without one. */
async function brokersTold(socket: net.Socket): Promise<string[] | null> {
  closeLater(() => {
    socket.destroy();
  });
  let got = Buffer.alloc(0);
  let over = false;
  socket.on('error', () => undefined);
  socket.on('data', (bytes: Buffer) => {
    got = Buffer.concat([got, bytes]);
  });
  socket.on('end', () => {
    over = true;
  });
  socket.write(metadata);
  await until(() => over || socket.destroyed || (got.length > 4 && got.length >= got.readInt32BE(0) + 4));
  if (got.length === 0) return null;
  const message = decodeResponse(got.subarray(4), 3, 9);
  if (message.kind !== 'decoded') throw new Error('no Metadata');
  return structsField(message.body, 'brokers').map(({ nodeId, host, port }) => `${nodeId} ${host}:${port}`);
}

async function secure(proxy: RunningProxy, servername: string, first?: Uint8Array): Promise<tls.TLSSocket> {
  const raw = net.connect(proxy.address.port, '127.0.0.1');
  closeLater(() => {
    raw.destroy();
  });
  raw.on('error', () => undefined);
  if (first !== undefined) raw.write(first);
  const socket = tls.connect({
    socket: raw,
    ca: authority.cert,
    ...(servername === '' ? { checkServerIdentity: () => undefined } : { servername }),
  });
  return socket;
}

/** Two brokers that know of each other. */
async function twoBrokers(): Promise<readonly [FakeBroker, FakeBroker]> {
  const [one, two] = [await FakeBroker.start(), await FakeBroker.start()];
  const brokers = [
    { id: 1, host: '127.0.0.1', port: one.port },
    { id: 2, host: '127.0.0.1', port: two.port },
  ];
  one.brokers = brokers;
  two.brokers = brokers;
  return [one, two];
}

describe('server names', () => {
  test('lead to the broker they mean, whatever their case; others lead to the bootstrap servers', async () => {
    const [one, two] = await twoBrokers();
    const watcher = new Watcher();
    const proxy = await startTestProxy([one.port], watcher, named);
    await proxy.probed;
    const { port } = proxy.address;
    const told = [`1 b1.kafka.example:${port}`, `2 b2.kafka.example:${port}`];
    for (const name of ['b2.kafka.example', 'B2.Kafka.EXAMPLE', 'bootstrap.kafka.example', '']) {
      expect(await brokersTold(await secure(proxy, name))).toEqual(told);
    }
    const opened = watcher.inputs.flatMap((input) =>
      input.kind === 'opened' ? [`${input.nodeId} ${input.broker}`] : [],
    );
    expect(opened).toEqual([
      `2 127.0.0.1:${two.port}`,
      `2 127.0.0.1:${two.port}`,
      `null 127.0.0.1:${one.port}`,
      `null 127.0.0.1:${one.port}`,
    ]);
    expect(watcher.named('listener-opened').map(({ detail }) => `${detail.host}:${detail.port}`)).toEqual([
      `127.0.0.1:${port}`,
      `b1.kafka.example:${port}`,
      `b2.kafka.example:${port}`,
    ]);
  });

  test('a broker nobody has named is asked for; one the cluster does not have is a sentence', async () => {
    const [one, two] = await twoBrokers();
    const both = one.brokers;
    one.brokers = both.slice(0, 1);
    const watcher = new Watcher();
    const proxy = await startTestProxy([one.port], watcher, named);
    await proxy.probed;
    const probedAtMs = performance.now();
    one.brokers = both;
    // An answer serves those who ask within a second.
    await until(() => performance.now() - probedAtMs > 1100);
    expect((await brokersTold(await secure(proxy, 'b2.kafka.example')))?.length).toBe(2);
    expect(two.seen.some(({ apiKey }) => apiKey === 3)).toBe(true);
    expect(await brokersTold(await secure(proxy, 'b9.kafka.example'))).toBeNull();
    expect(watcher.named('connection-failed')[0]?.detail).toMatchObject({
      nodeId: 9,
      reason: 'broker-unknown',
      message: expect.stringContaining('it names brokers 1, 2.'),
    });
  });

  test('a certificate that does not hold the names is told of', async () => {
    const [one] = await twoBrokers();
    const watcher = new Watcher();
    const certificate = makeLeaf(authority, ['b1.kafka.example', 'localhost'], Date.now());
    const options = { ...named, clientTls: { certificate, authority: null, clientCa: null } };
    await (await startTestProxy([one.port], watcher, options)).probed;
    expect(watcher.named('certificate-names').map(({ detail }) => detail.message)).toEqual([
      expect.stringContaining('does not hold b2.kafka.example'),
    ]);
  });

  test('need TLS of clients', async () => {
    const [one] = await twoBrokers();
    await expect(startTestProxy([one.port], new Watcher(), { ...named, clientTls: null })).rejects.toMatchObject({
      code: 'invalid-option',
    });
  });
});

describe('PROXY headers', () => {
  const expecting = { proxyProtocol: { in: true, out: false } };
  const client = '203.0.113.9:4711';

  test('show the client behind the load balancer, and are its alone', async () => {
    const [one] = await twoBrokers();
    const watcher = new Watcher();
    const proxy = await startTestProxy([one.port], watcher, expecting);
    await proxy.probed;
    const socket = net.connect(proxy.address.port, '127.0.0.1');
    socket.write(header);
    const told = await brokersTold(socket);
    // Its client came to this address, so that is where it finds the brokers too.
    expect(told?.[0]).toMatch(/^1 198\.51\.100\.1:/);
    expect(watcher.inputs[0]).toMatchObject({ kind: 'opened', client });
    await until(() => watcher.bytes('client').equals(metadata));
  });

  test('come before TLS, and the server name still counts', async () => {
    const [one, two] = await twoBrokers();
    const watcher = new Watcher();
    const proxy = await startTestProxy([one.port], watcher, { ...named, ...expecting });
    await proxy.probed;
    expect((await brokersTold(await secure(proxy, 'b2.kafka.example', header)))?.length).toBe(2);
    expect(watcher.inputs[0]).toMatchObject({
      client,
      nodeId: 2,
      broker: `127.0.0.1:${two.port}`,
      tls: { sni: 'b2.kafka.example' },
    });
  });

  test('name the client in the sentence of a failed handshake', async () => {
    const [one] = await twoBrokers();
    const watcher = new Watcher();
    const proxy = await startTestProxy([one.port], watcher, { clientTls: auto, ...expecting });
    const socket = net.connect(proxy.address.port, '127.0.0.1');
    socket.write(header);
    await brokersTold(socket);
    expect(watcher.named('tls-failed')[0]?.detail).toMatchObject({ client, reason: 'not-tls' });
  });

  test('of a health check that leaves are no failed handshake', async () => {
    const [one] = await twoBrokers();
    const watcher = new Watcher();
    const proxy = await startTestProxy([one.port], watcher, { clientTls: auto, ...expecting });
    for (const first of [writeProxyHeader(null), header]) {
      const socket = net.connect(proxy.address.port, '127.0.0.1');
      socket.end(first);
      socket.resume();
      await once(socket, 'close');
    }
    await until(() => watcher.named('tls-failed').length > 0);
    expect(watcher.named('tls-failed').map(({ detail }) => detail.client)).toEqual([client]);
  });

  test('that are missing are refused; waiting clients count as connections', async () => {
    const [one] = await twoBrokers();
    const watcher = new Watcher();
    const proxy = await startTestProxy([one.port], watcher, { ...expecting, connectionsMax: 1 });
    await proxy.probed;
    const waiting = net.connect(proxy.address.port, '127.0.0.1');
    waiting.on('error', () => undefined);
    closeLater(() => {
      waiting.destroy();
    });
    await once(waiting, 'connect');
    expect(await brokersTold(net.connect(proxy.address.port, '127.0.0.1'))).toBeNull();
    expect(watcher.named('connection-refused').length).toBe(1);
    waiting.destroy();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await brokersTold(net.connect(proxy.address.port, '127.0.0.1'))).toBeNull();
    expect(watcher.named('proxy-protocol-missing')[0]?.detail).toMatchObject({
      reason: 'missing',
      message: expect.stringContaining('begins with a Kafka request'),
    });
  });

  test('are sent to the broker first, for the proxy itself and for its clients', async () => {
    const firsts: Buffer[] = [];
    const upstream = await startServer((socket) => {
      socket.once('data', (bytes: Buffer) => {
        firsts.push(bytes);
        socket.destroy();
      });
    });
    const proxy = await startTestProxy([upstream], new Watcher(), { proxyProtocol: { in: true, out: true } });
    await proxy.probed;
    const socket = net.connect(proxy.address.port, '127.0.0.1');
    socket.write(header);
    await brokersTold(socket);
    expect(firsts[0]?.subarray(0, 16).equals(writeProxyHeader(null))).toBe(true);
    expect(firsts[1]?.subarray(0, header.length).equals(header)).toBe(true);
  });

  test('are sent ahead of TLS', async () => {
    const broker = await FakeBroker.start();
    const firsts: Buffer[] = [];
    const { cert, key } = makeLeaf(authority, ['127.0.0.1'], Date.now());
    const inner = tls.createServer({ cert, key }, (socket) => {
      const below = net.connect(broker.port, '127.0.0.1');
      socket.pipe(below).pipe(socket);
      for (const each of [socket, below]) {
        each.on('error', () => undefined);
        closeLater(() => {
          each.destroy();
        });
      }
    });
    const upstream = await startServer((socket) => {
      socket.once('readable', () => {
        const size = firsts.length === 0 ? 16 : header.length;
        firsts.push(socket.read(size));
        inner.emit('connection', socket);
      });
    });
    const upstreamTls = { ca: authority.cert, cert: null, key: null, servername: null, insecure: false };
    const proxy = await startTestProxy([upstream], new Watcher(), {
      proxyProtocol: { in: true, out: true },
      upstreamTls,
    });
    expect((await proxy.probed).kind).toBe('kafka');
    const socket = net.connect(proxy.address.port, '127.0.0.1');
    socket.write(header);
    expect((await brokersTold(socket))?.length).toBe(1);
    expect(firsts[1]?.equals(header)).toBe(true);
  });
});
