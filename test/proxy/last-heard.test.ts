import { afterEach, describe, expect, test } from 'vitest';
import { encodeResponse } from '../../src/protocol/encode.ts';
import { LastHeard } from '../../src/proxy/last-heard.ts';
import { OnreadSocket } from '../../src/proxy/onread-socket.ts';
import { ReadBufferBudget } from '../../src/proxy/read-buffer.ts';
import { SocketPair } from '../../src/proxy/socket-pair.ts';
import { framed } from '../support/conversation.ts';
import { FramePathBench, heartbeat } from './frame-path-bench.ts';
import { closeAll, FakeBroker, startServer, startTestProxy, TestClient, until, Watcher } from './harness.ts';

afterEach(closeAll);

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

test('a side that was not read begins its silence when it is read again', async () => {
  const port = await startServer(() => undefined);
  const client = OnreadSocket.connecting('127.0.0.1', port, new ReadBufferBudget());
  const sockets = new SocketPair(client);
  const bench = new FramePathBench();
  const heard = new LastHeard(sockets, bench.path);
  expect([heard.clientAtUs, heard.brokerAtUs]).toEqual([null, heard.openedAtUs]);
  heard.openedAtUs = 0;
  heard.brokerAtUs = 0;
  heard.connected();
  expect(heard.openedAtUs).toBeGreaterThan(0);
  expect(heard.brokerAtUs).toBe(heard.openedAtUs);
  heard.brokerAtUs = 0;
  heard.brokerReadAgain();
  heard.clientReadAgain();
  expect(heard.brokerAtUs).toBeGreaterThan(0);
  expect(heard.clientAtUs).not.toBeNull();
  bench.request(12, 4, 1);
  bench.path.brokerBytes(heartbeat(1).subarray(0, 3));
  expect([heard.responsesDue, heard.clientInFrame, heard.brokerInFrame]).toEqual([1, false, true]);
  bench.path.dispose();
  client.destroy();
});
