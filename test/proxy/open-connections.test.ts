import { afterEach, describe, expect, test } from 'vitest';
import { encodeResponse } from '../../src/protocol/encode.ts';
import { type EndableConnection, OpenConnections } from '../../src/proxy/open-connections.ts';
import { framed } from '../support/conversation.ts';
import { closeAll, FakeBroker, startTestProxy, TestClient, until, Watcher } from './harness.ts';

afterEach(closeAll);

/** A connection to node 1 that does as it is told, and remembers it. */
class Endable implements EndableConnection {
  readonly told: string[] = [];
  readonly destination = { targets: [{ host: 'one', port: 9092 }], nodeId: 1, endpointType: 1 };
  upstream = { host: 'one', port: 9092 };
  connected = true;
  silence = {
    openedAtUs: 0,
    clientAtUs: 0,
    brokerAtUs: 0,
    clientInFrame: false,
    brokerInFrame: false,
    responsesDue: 0,
  };

  timeOut(cause: string, count: number): void {
    this.told.push(`${cause} ${count}`);
  }
  drain(reason = 'drained'): void {
    this.told.push(`drain ${reason}`);
  }
  close(reason: string): void {
    this.told.push(`close ${reason}`);
  }
}

const timeouts = { handshakeTimeoutMs: 0, stallTimeoutMs: 0, idleTimeoutMs: 10 };
/** Node 2 where node 1 was. */
const inItsPlace = {
  nodeId: 2,
  endpointType: 1,
  host: 'proxy',
  port: 1,
  advertisedHost: null,
  upstream: { host: 'one', port: 9092 },
};

describe('OpenConnections', () => {
  test('gives up silent ones, counted by cause, and none that are not connected', () => {
    const open = new OpenConnections<Endable>(timeouts);
    const [silent, connecting] = [new Endable(), new Endable()];
    connecting.connected = false;
    open.add(silent);
    open.add(connecting);
    open.endSilent(9_999);
    expect(silent.told).toEqual([]);
    open.endSilent(10_000);
    expect([silent.told, connecting.told]).toEqual([['idle-timeout 1'], []]);
    expect(open.timeouts).toMatchObject({ 'idle-timeout': 1, 'first-byte-timeout': 0 });
  });

  test('ends those at the wrong broker, each once, and not before what told of it is through', async () => {
    const open = new OpenConnections<Endable>(timeouts);
    const [misled, right] = [new Endable(), new Endable()];
    right.upstream = { host: 'elsewhere', port: 9092 };
    open.add(misled);
    open.add(right);
    expect([open.endMisled(inItsPlace), open.endMisled(inItsPlace)]).toEqual([1, 0]);
    expect(misled.told).toEqual([]);
    await new Promise((resolve) => setImmediate(resolve));
    expect([misled.told, right.told]).toEqual([['drain broker-elsewhere'], []]);
  });

  test('a drain is over when the last one is', async () => {
    const open = new OpenConnections<Endable>(timeouts);
    const [one, other] = [new Endable(), new Endable()];
    open.add(one);
    open.add(other);
    let isOver = false;
    const drained = open.drain(60_000).then(() => {
      isOver = true;
    });
    open.delete(one);
    await new Promise((resolve) => setImmediate(resolve));
    expect([isOver, open.size, [...open]]).toEqual([false, 1, [other]]);
    open.delete(other);
    await drained;
    expect([one.told, other.told]).toEqual([['drain drained'], ['drain drained']]);
    await open.close();
  });
});

describe('ending', () => {
  test('close ends all connections and frees the ports', async () => {
    const broker = await FakeBroker.start();
    const watcher = new Watcher();
    const proxy = await startTestProxy([broker.port], watcher);
    await proxy.probed;
    const ports = [proxy.address.port, proxy.brokers()[0]?.port ?? 0];
    const client = await TestClient.connect(proxy.address.port);
    client.send(18, 0, 1);
    await client.next();
    await proxy.close();
    await proxy.close();
    expect(watcher.closedReasons()).toEqual(['proxy-closed']);
    await until(() => client.closed || client.ended);
    for (const port of ports) await expect(TestClient.connect(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('drain lets what is due go out, and closes idle connections at once', async () => {
    const broker = await FakeBroker.start();
    const held: (() => void)[] = [];
    broker.answer = ({ apiKey, apiVersion, correlationId, socket }) => {
      if (apiKey !== 12) return undefined;
      held.push(() => socket.write(framed(encodeResponse({ apiKey, apiVersion, correlationId, body: {} }))));
      return null;
    };
    const watcher = new Watcher();
    const proxy = await startTestProxy([broker.port], watcher, { drainTimeoutMs: 60_000 });
    const [idle, busy] = [await TestClient.connect(proxy.address.port), await TestClient.connect(proxy.address.port)];
    idle.send(18, 0, 1);
    await idle.next();
    busy.send(12, 4, 2);
    await until(() => held.length === 1);
    const drained = proxy.drain();
    await until(() => (idle.ended || idle.closed) && proxy.connections() < 2);
    expect(proxy.connections()).toBe(1);
    held[0]?.();
    expect(Buffer.from(await busy.next()).readInt32BE(0)).toBe(2);
    await drained;
    expect(watcher.closedReasons()).toEqual(['drained', 'drained']);
  });

  test('drain ends at its deadline', async () => {
    const broker = await FakeBroker.start();
    broker.answer = ({ apiKey }) => (apiKey === 12 ? null : undefined);
    const watcher = new Watcher();
    const proxy = await startTestProxy([broker.port], watcher, { drainTimeoutMs: 30 });
    const client = await TestClient.connect(proxy.address.port);
    client.send(12, 4, 1);
    await until(() => watcher.bytes('client').length > 0);
    await proxy.drain();
    expect(watcher.closedReasons()).toEqual(['drain-timeout']);
  });
});
