import { afterEach, describe, expect, test } from 'vitest';
import { closeAll, FakeBroker, freePort, startServer, startTestProxy, TestClient, until, Watcher } from './harness.ts';

afterEach(closeAll);

describe('starting', () => {
  test('says where it listens and what it found, and opens a listener a broker', async () => {
    const broker = await FakeBroker.start();
    const watcher = new Watcher();
    const proxy = await startTestProxy([broker.port], watcher);
    expect((await proxy.probed).kind).toBe('kafka');
    expect(watcher.events.map(({ event }) => event)).toEqual([
      'listener-opened',
      'upstream-reached',
      'listener-opened',
    ]);
    expect(watcher.events[0]?.detail).toEqual({
      host: '127.0.0.1',
      port: proxy.address.port,
      nodeId: null,
      upstream: `127.0.0.1:${broker.port}`,
    });
    expect(watcher.events[2]?.detail).toMatchObject({ nodeId: 1, upstream: `127.0.0.1:${broker.port}` });
    expect(proxy.brokers()).toMatchObject([{ nodeId: 1, upstream: { host: '127.0.0.1', port: broker.port } }]);
  });

  test('brokers follow the bootstrap port unless told otherwise', async () => {
    const broker = await FakeBroker.start();
    broker.brokers = [{ id: 0, host: '127.0.0.1', port: broker.port }];
    const watcher = new Watcher();
    const proxy = await startTestProxy([broker.port], watcher, { brokerPortsFirst: null });
    await proxy.probed;
    const [, , opened] = watcher.events;
    const wanted = proxy.address.port + 1;
    const port = proxy.brokers()[0]?.port;
    expect(port === wanted || opened?.detail.wantedPort === wanted).toBe(true);
  });

  test('without an upstream it listens all the same, and serves once it is there', async () => {
    const watcher = new Watcher();
    const port = await freePort();
    const proxy = await startTestProxy([port], watcher);
    expect((await proxy.probed).kind).toBe('unreachable');
    expect(watcher.named('upstream-unreachable')[0]?.detail).toMatchObject({
      reason: 'connection-refused',
      message: `Nothing listens at 127.0.0.1:${port} (connection refused): start the broker there or check host and port.`,
    });
    expect(proxy.address.port).toBeGreaterThan(0);
  });

  test('takes the second bootstrap server where the first is down', async () => {
    const [down, broker] = [await freePort(), await FakeBroker.start()];
    const proxy = await startTestProxy([down, broker.port], new Watcher());
    expect((await proxy.probed).kind).toBe('kafka');
    const client = await TestClient.connect(proxy.address.port);
    client.send(18, 0, 1);
    await client.next();
  });

  test('works before an upstream that never answers Metadata', async () => {
    const broker = await FakeBroker.start();
    broker.answer = ({ apiKey }) => (apiKey === 3 ? null : undefined);
    const watcher = new Watcher();
    const proxy = await startTestProxy([broker.port], watcher, { connectTimeoutMs: 150 });
    const client = await TestClient.connect(proxy.address.port);
    client.send(3, 9, 1, { topics: null });
    client.send(18, 0, 2);
    expect(Buffer.from(await client.next()).readInt32BE(0)).toBe(2);
    await proxy.probed;
    expect(watcher.named('upstream-unreachable')[0]?.detail).toMatchObject({ reason: 'silent' });
    client.send(18, 0, 3);
    await client.next();
  });

  test('a taken port is a ProxyError with one sentence', async () => {
    const port = await startServer(() => undefined);
    await expect(startTestProxy([1], new Watcher(), { listen: { host: '127.0.0.1', port } })).rejects.toMatchObject({
      code: 'port-in-use',
    });
  });

  test('a taken pinned port, too, and the bootstrap port is free again', async () => {
    const [taken, own] = [await startServer(() => undefined), await freePort()];
    const listen = { host: '127.0.0.1', port: own };
    await expect(
      startTestProxy([1], new Watcher(), { listen, brokerPorts: new Map([[7, taken]]) }),
    ).rejects.toMatchObject({ code: 'port-in-use' });
    expect((await startTestProxy([1], new Watcher(), { listen })).address.port).toBe(own);
  });

  test('a pinned port whose broker is not known yet says so to who comes early', async () => {
    const [broker, pinned] = [await FakeBroker.start(), await freePort()];
    const watcher = new Watcher();
    const proxy = await startTestProxy([broker.port], watcher, { brokerPorts: new Map([[9, pinned]]) });
    await proxy.probed;
    const early = await TestClient.attempt(pinned);
    await until(() => early.ended || early.closed);
    expect(watcher.named('connection-failed')[0]?.detail).toMatchObject({
      nodeId: 9,
      reason: 'broker-unknown',
      message:
        'Nobody has named broker 9 yet, so there is nowhere to connect it to; asked for Metadata: it names broker 1.',
    });
  });
});
