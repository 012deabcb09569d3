import { afterEach, describe, expect, test } from 'vitest';
import { decodeResponse } from '../../src/protocol/decode.ts';
import { encodeResponse } from '../../src/protocol/encode.ts';
import { intField, structsField, textField } from '../../src/protocol/struct-fields.ts';
import { addressResponse } from '../support/address-messages.ts';
import { framed } from '../support/conversation.ts';
import { closeAll, FakeBroker, freePort, startServer, startTestProxy, TestClient, until, Watcher } from './harness.ts';

afterEach(closeAll);

/** The brokers a Metadata v9 response names, as `id host:port`. */
function brokersIn(payload: Uint8Array): string[] {
  const message = decodeResponse(payload, 3, 9);
  if (message.kind !== 'decoded') throw new Error(message.detail);
  return structsField(message.body, 'brokers').map(
    (each) => `${intField(each, 'nodeId', -1)} ${textField(each, 'host')}:${intField(each, 'port', -1)}`,
  );
}

describe('a connection through the proxy', () => {
  test('forwards bytes as they are and shows both sides what the peers sent', async () => {
    const broker = await FakeBroker.start();
    const watcher = new Watcher();
    const proxy = await startTestProxy([broker.port], watcher);
    const client = await TestClient.connect(proxy.address.port);
    const request = client.send(3, 9, 5, { topics: null });
    const answer = await client.next();
    expect(answer.length).toBeGreaterThan(0);
    await until(() => watcher.bytes('broker').length > 0);
    expect(watcher.bytes('client').equals(request)).toBe(true);
    expect(watcher.bytes('broker').equals(framed(addressResponse(3, 9, broker.brokers, {}, 5)))).toBe(true);
    expect(watcher.inputs[0]).toMatchObject({
      kind: 'opened',
      connection: 1,
      client: `127.0.0.1:${client.socket.localPort}`,
      broker: `127.0.0.1:${broker.port}`,
      nodeId: null,
      tls: null,
      midstream: false,
    });
  });

  test('leads the client to a listener that is open when it hears of it', async () => {
    const broker = await FakeBroker.start();
    const watcher = new Watcher();
    const proxy = await startTestProxy([broker.port], watcher);
    await proxy.probed;
    // A second node nobody has heard of until this client asks.
    const late = await FakeBroker.start();
    broker.brokers = [...broker.brokers, { id: 42, host: '127.0.0.1', port: late.port }];
    const client = await TestClient.connect(proxy.address.port);
    client.send(3, 9, 1, { topics: null });
    client.send(12, 4, 2);
    const named = brokersIn(await client.next());
    const ports = new Map(proxy.brokers().map(({ nodeId, port }) => [nodeId, port]));
    expect(named).toEqual([`1 127.0.0.1:${ports.get(1)}`, `42 127.0.0.1:${ports.get(42)}`]);
    expect((await client.next()).length).toBeGreaterThan(0);
    const direct = await TestClient.connect(ports.get(42) ?? 0);
    direct.send(18, 0, 1);
    await direct.next();
    expect(late.seen.length).toBe(1);
    expect(watcher.inputs.filter((each) => each.kind === 'opened').map(({ nodeId }) => nodeId)).toEqual([null, 42]);
  });

  test('advertises the address on which each client arrived, or the one it was told', async () => {
    const broker = await FakeBroker.start();
    const proxy = await startTestProxy([broker.port], new Watcher(), { listen: { host: '0.0.0.0', port: 0 } });
    for (const host of ['127.0.0.1', '127.0.0.2']) {
      const client = await TestClient.connect(proxy.address.port, host);
      client.send(3, 9, 1, { topics: null });
      expect(brokersIn(await client.next())[0]).toContain(`1 ${host}:`);
    }
    const told = await startTestProxy([broker.port], new Watcher(), { advertiseHost: 'kafka.example' });
    const client = await TestClient.connect(told.address.port);
    client.send(3, 9, 1, { topics: null });
    expect(brokersIn(await client.next())[0]).toContain('1 kafka.example:');
  });

  test('follows a broker that moves: the port stays, new connections go to the new address', async () => {
    const [before, after] = [await FakeBroker.start(), await FakeBroker.start()];
    const watcher = new Watcher();
    const proxy = await startTestProxy([before.port], watcher);
    await proxy.probed;
    const port = proxy.brokers()[0]?.port ?? 0;
    const old = await TestClient.connect(port);
    old.send(18, 0, 1);
    await old.next();
    before.brokers = [{ id: 1, host: '127.0.0.1', port: after.port }];
    const client = await TestClient.connect(proxy.address.port);
    client.send(3, 9, 1, { topics: null });
    await client.next();
    expect(proxy.brokers()[0]?.port).toBe(port);
    expect(watcher.named('listener-repointed').length).toBe(1);
    const next = await TestClient.connect(port);
    next.send(18, 0, 1);
    await next.next();
    expect(after.seen.length).toBe(1);
    old.send(18, 0, 2);
    await old.next();
    expect(after.seen.length).toBe(1);
  });

  test('answers pipelined requests in order; acks=0 has none', async () => {
    const broker = await FakeBroker.start();
    broker.answer = ({ apiKey, apiVersion, correlationId }) => {
      if (apiKey === 0) return null;
      return apiKey === 12 ? encodeResponse({ apiKey, apiVersion, correlationId, body: {} }) : undefined;
    };
    const proxy = await startTestProxy([broker.port], new Watcher());
    const client = await TestClient.connect(proxy.address.port);
    for (let id = 0; id < 300; id += 3) {
      client.send(0, 9, id, { acks: 0, topicData: [], transactionalId: null });
      client.send(12, 4, id + 1);
      client.send(3, 9, id + 2, { topics: null });
    }
    for (let id = 0; id < 300; id += 3) {
      expect(Buffer.from(await client.next()).readInt32BE(0)).toBe(id + 1);
      const metadata = await client.next();
      expect(Buffer.from(metadata).readInt32BE(0)).toBe(id + 2);
      expect(brokersIn(metadata)[0]).not.toContain(`:${broker.port}`);
    }
  });

  test('streams a large Fetch, hides its NodeEndpoints, and shows the observer the original', async () => {
    const broker = await FakeBroker.start();
    const records = new Uint8Array(5_000_000).fill(0);
    const responses = [{ topicId: 'AAAAAAAAAAAAAAAAAAAAAA', partitions: [{ partitionIndex: 0, records }] }];
    const payload = addressResponse(1, 17, broker.brokers, { responses }, 3);
    broker.answer = ({ apiKey }) => (apiKey === 1 ? payload : undefined);
    const watcher = new Watcher();
    const proxy = await startTestProxy([broker.port], watcher);
    const client = await TestClient.connect(proxy.address.port);
    client.send(1, 17, 3);
    const got = await client.next();
    expect(got.length).toBe(payload.length);
    let different = 0;
    for (let at = 0; at < got.length; at += 1) if (got[at] !== payload[at]) different += 1;
    expect(different).toBe(1);
    await until(() => watcher.bytes('broker').length > payload.length);
    expect(watcher.bytes('broker').equals(framed(payload))).toBe(true);
    expect(watcher.named('addresses-hidden').length).toBe(1);
  });
});

describe('versions beyond us', () => {
  test('a newer broker is capped, a newer client is answered by the broker itself, the observer sees what was sent', async () => {
    const broker = await FakeBroker.start();
    const entry = (apiKey: number, maxVersion: number) => ({ apiKey, minVersion: 0, maxVersion });
    broker.answer = ({ apiKey, apiVersion, correlationId }) => {
      if (apiKey !== 18) return undefined;
      const body =
        apiVersion > 9
          ? { errorCode: 35, apiKeys: [entry(18, 9)] }
          : { apiKeys: [entry(1, 40), entry(12, 40), entry(18, 9)] };
      return encodeResponse({ apiKey, apiVersion: apiVersion > 9 ? 0 : apiVersion, correlationId, body });
    };
    const watcher = new Watcher();
    const proxy = await startTestProxy([broker.port], watcher);
    const client = await TestClient.connect(proxy.address.port);
    // A response before it is still due: the refusal comes behind it.
    client.send(12, 4, 1);
    const ask = framed(Uint8Array.of(0, 18, 0, 6, 0, 0, 0, 2, 0xff, 0xff, 0));
    client.socket.write(ask);
    expect(Buffer.from(await client.next()).readInt32BE(0)).toBe(1);
    const refusal = decodeResponse(await client.next(), 18, 6);
    if (refusal.kind !== 'decoded') throw new Error(refusal.detail);
    expect(intField(refusal.body, 'errorCode', 0)).toBe(35);
    expect(structsField(refusal.body, 'apiKeys')).toEqual([entry(18, 5)]);
    client.send(18, 5, 3, { clientSoftwareName: 'x', clientSoftwareVersion: '1' });
    const offer = decodeResponse(await client.next(), 18, 5);
    if (offer.kind !== 'decoded') throw new Error(offer.detail);
    expect(structsField(offer.body, 'apiKeys')).toEqual([entry(1, 18), entry(12, 40), entry(18, 9)]);
    expect(broker.seen.filter(({ socket }) => socket === broker.seen.at(-1)?.socket).map((r) => r.apiVersion)).toEqual([
      4, 255, 5,
    ]);
    await until(() => watcher.bytes('broker').includes(Buffer.from([0, 1, 0, 0, 0, 40])));
    expect(watcher.bytes('client').includes(Buffer.from(ask))).toBe(true);
    expect(watcher.inputs.flatMap((input) => (input.kind === 'tagged' ? [input.correlationId] : []))).toEqual([2, 3]);
  });
});

describe('a silent connection is given up', () => {
  const halfFrame = framed(Uint8Array.of(0, 18, 0, 0, 0, 0, 0, 9, 0xff, 0xff)).subarray(0, 9);

  test.each([
    ['before its first byte', 'handshakeTimeoutMs', [], 'first-byte-timeout'],
    ['in the middle of a request', 'stallTimeoutMs', [halfFrame], 'stalled-frame-timeout'],
    ['with nothing due', 'idleTimeoutMs', [framed(Uint8Array.of(0, 18, 0, 0, 0, 0, 0, 9, 0xff, 0xff))], 'idle-timeout'],
  ] as const)('%s', async (_when, option, sends, cause) => {
    const broker = await FakeBroker.start();
    const watcher = new Watcher();
    const proxy = await startTestProxy([broker.port], watcher, { [option]: 60 });
    const client = await TestClient.connect(proxy.address.port);
    for (const bytes of sends) client.socket.write(bytes);
    await until(() => client.ended || client.closed);
    client.socket.destroy();
    await until(() => proxy.connections() === 0);
    expect(watcher.closedReasons()).toEqual([cause]);
    expect(proxy.timeouts()[cause]).toBe(1);
    expect(watcher.named('connection-timeout')[0]?.detail).toMatchObject({ cause, count: 1 });
  });

  test('in the middle of a response', async () => {
    const broker = await FakeBroker.start();
    const part = framed(encodeResponse({ apiKey: 12, apiVersion: 4, correlationId: 1, body: {} })).subarray(0, 9);
    broker.answer = ({ apiKey, socket }) => {
      if (apiKey !== 12) return undefined;
      socket.write(part);
      return null;
    };
    const watcher = new Watcher();
    const proxy = await startTestProxy([broker.port], watcher, { stallTimeoutMs: 60 });
    const client = await TestClient.connect(proxy.address.port);
    client.send(12, 4, 1);
    await until(() => client.ended || client.closed);
    expect(Buffer.concat(client.received).equals(part)).toBe(true);
    expect(proxy.timeouts()['stalled-frame-timeout']).toBe(1);
  });

  test('but not one whose broker takes its time to answer', async () => {
    const broker = await FakeBroker.start();
    broker.answer = ({ apiKey, apiVersion, correlationId, socket }) => {
      if (apiKey !== 12) return undefined;
      setTimeout(() => socket.write(framed(encodeResponse({ apiKey, apiVersion, correlationId, body: {} }))), 200);
      return null;
    };
    const timeouts = { handshakeTimeoutMs: 5000, stallTimeoutMs: 40, idleTimeoutMs: 100 };
    const proxy = await startTestProxy([broker.port], new Watcher(), timeouts);
    const client = await TestClient.connect(proxy.address.port);
    client.send(12, 4, 1);
    expect(Buffer.from(await client.next()).readInt32BE(0)).toBe(1);
  });
});

describe('how a connection ends', () => {
  test('orderly', async () => {
    const broker = await FakeBroker.start();
    const watcher = new Watcher();
    const proxy = await startTestProxy([broker.port], watcher);
    const client = await TestClient.connect(proxy.address.port);
    client.send(18, 0, 1);
    await client.next();
    client.socket.end();
    await until(() => client.ended && proxy.connections() === 0);
    expect(watcher.closedReasons()).toEqual(['fin']);
    expect(watcher.inputs.filter(({ kind }) => kind === 'ended').length).toBe(2);
  });

  test('a reset by the client becomes a reset at the broker, and the other way round', async () => {
    let brokerSaw = '';
    const port = await startServer((socket) => {
      socket.on('error', (error: NodeJS.ErrnoException) => {
        brokerSaw = error.code ?? '';
      });
      socket.on('data', (bytes) => {
        if (bytes.toString().includes('reset me')) socket.resetAndDestroy();
      });
    });
    const watcher = new Watcher();
    const proxy = await startTestProxy([port], watcher, { connectTimeoutMs: 300 });
    const one = await TestClient.connect(proxy.address.port);
    one.socket.write('first');
    await until(() => watcher.bytes('client').length > 0);
    one.socket.resetAndDestroy();
    await until(() => brokerSaw !== '');
    expect(brokerSaw).toBe('ECONNRESET');
    const two = await TestClient.connect(proxy.address.port);
    two.socket.write('reset me');
    await until(() => two.closed);
    expect(two.error?.code).toBe('ECONNRESET');
    await until(() => proxy.connections() === 0);
    expect(watcher.closedReasons()).toEqual(['client-reset', 'broker-reset']);
  });

  test('a broker that is gone closes the client, with a sentence', async () => {
    const port = await freePort();
    const watcher = new Watcher();
    const proxy = await startTestProxy([port], watcher);
    const client = await TestClient.connect(proxy.address.port);
    await until(() => client.ended || client.closed);
    client.socket.destroy();
    await until(() => proxy.connections() === 0);
    expect(watcher.named('connection-failed')[0]?.detail).toMatchObject({
      reason: 'connection-refused',
      message: `Nothing listens at 127.0.0.1:${port} (connection refused): start the broker there or check host and port.`,
    });
    expect(watcher.inputs.length).toBe(0);
  });

  test('a client that leaves while the broker is being connected leaves nothing behind', async () => {
    const broker = await FakeBroker.start();
    const proxy = await startTestProxy([broker.port], new Watcher());
    for (let turn = 0; turn < 20; turn += 1) (await TestClient.connect(proxy.address.port)).socket.resetAndDestroy();
    await until(() => proxy.connections() === 0);
    const client = await TestClient.connect(proxy.address.port);
    client.send(18, 0, 1);
    await client.next();
  });

  test('an answer cut in the middle goes out as far as it came', async () => {
    const part = framed(addressResponse(3, 9, [{ id: 1, host: 'h', port: 1 }], {}, 1)).subarray(0, 21);
    const port = await startServer((socket) => socket.once('data', () => socket.end(part)));
    const proxy = await startTestProxy([port], new Watcher());
    const client = await TestClient.connect(proxy.address.port);
    client.send(3, 9, 1, { topics: null });
    await until(() => client.ended);
    expect(Buffer.concat(client.received).equals(part)).toBe(true);
  });

  test('a TLS hello passes, and an event says what it is', async () => {
    let seen = 0;
    const port = await startServer((socket) => socket.on('data', (bytes) => (seen += bytes.length)));
    const watcher = new Watcher();
    const proxy = await startTestProxy([port], watcher, { connectTimeoutMs: 300 });
    await proxy.probed;
    seen = 0;
    const client = await TestClient.connect(proxy.address.port);
    client.socket.write(Uint8Array.of(0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0));
    await until(() => seen === 10);
    const [event] = watcher.named('rewriting-stopped');
    expect(event?.connection).toBe(1);
    expect(event?.detail.sentence).toContain('TLS handshake on a port that expects plaintext');
  });

  test('a response too large to hold ends the connection, loudly', async () => {
    const port = await startServer((socket) => {
      const head = new Uint8Array(64);
      new DataView(head.buffer).setInt32(0, 104_857_600);
      new DataView(head.buffer).setInt32(4, 1);
      socket.on('data', () => socket.write(head));
    });
    const watcher = new Watcher();
    const proxy = await startTestProxy([port], watcher, { connectTimeoutMs: 300 });
    const client = await TestClient.connect(proxy.address.port);
    client.send(78, 1, 1);
    await until(() => client.ended || client.closed);
    expect(client.received).toEqual([]);
    expect(watcher.named('rewrite-refused').length).toBe(1);
    client.socket.destroy();
    await until(() => proxy.connections() === 0);
    expect(watcher.closedReasons()).toEqual(['rewrite-refused']);
  });
});
