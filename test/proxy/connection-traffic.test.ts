import { afterEach, describe, expect, test } from 'vitest';
import { decodeResponse } from '../../src/protocol/decode.ts';
import { encodeResponse } from '../../src/protocol/encode.ts';
import { readRequestHeader } from '../../src/protocol/headers.ts';
import { intField, structsField, textField } from '../../src/protocol/struct-fields.ts';
import { FrameSplitter } from '../../src/wire/frame-splitter.ts';
import { addressResponse } from '../support/address-messages.ts';
import { framed } from '../support/conversation.ts';
import { closeAll, FakeBroker, startServer, startTestProxy, TestClient, until, Watcher } from './harness.ts';

afterEach(closeAll);

/** The brokers a Metadata v9 response names, as `id host:port`. */
function brokersIn(payload: Uint8Array): string[] {
  const message = decodeResponse(payload, 3, 9);
  if (message.kind !== 'decoded') throw new Error(message.detail);
  return structsField(message.body, 'brokers').map(
    (each) => `${intField(each, 'nodeId', -1)} ${textField(each, 'host')}:${intField(each, 'port', -1)}`,
  );
}

describe('what goes through a connection', () => {
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

test('raw SASL tokens pass, and Metadata behind them is rewritten', async () => {
  const port = await startServer((socket) => {
    const splitter = new FrameSplitter('client');
    let tokens = 0;
    socket.on('data', (bytes: Uint8Array) => {
      splitter.receive(bytes, 0);
      for (let event = splitter.next(); event !== undefined; event = splitter.next()) {
        if (event.kind !== 'frame') return;
        const header = readRequestHeader(event.frame.bytes);
        if (header?.apiKey === 17) {
          const body = { errorCode: 0, mechanisms: ['PLAIN'] };
          socket.write(
            framed(encodeResponse({ apiKey: 17, apiVersion: 0, correlationId: header.correlationId, body })),
          );
        } else if (header?.apiKey === 3 && tokens === 1) {
          const body = { brokers: [{ nodeId: 4, host: 'four.internal', port: 9092 }] };
          socket.write(framed(encodeResponse({ apiKey: 3, apiVersion: 1, correlationId: header.correlationId, body })));
        } else {
          tokens += 1;
          socket.write(framed(new Uint8Array(0)));
        }
      }
    });
  });
  const proxy = await startTestProxy([port], new Watcher(), { connectTimeoutMs: 300 });
  const client = await TestClient.connect(proxy.address.port);
  client.send(17, 0, 1, { mechanism: 'PLAIN' });
  await client.next();
  client.socket.write(framed(Buffer.from('\0alice\0secret')));
  expect((await client.next()).length).toBe(0);
  client.send(3, 1, 2, { topics: null });
  await client.next();
  expect(Buffer.concat(client.received).includes('four.internal')).toBe(false);
  expect(proxy.brokers()).toMatchObject([{ nodeId: 4, upstream: { host: 'four.internal', port: 9092 } }]);
});
