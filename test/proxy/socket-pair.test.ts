import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { OnreadSocket } from '../../src/proxy/onread-socket.ts';
import { ReadBufferBudget } from '../../src/proxy/read-buffer.ts';
import { SocketPair } from '../../src/proxy/socket-pair.ts';
import { closeAll, FakeBroker, startServer, startTestProxy, TestClient, until, Watcher } from './harness.ts';

afterEach(closeAll);

describe('how two sockets end together', () => {
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

  test('the first reason counts, and only two orderly ends leave no byte in doubt', async () => {
    const port = await startServer(() => undefined);
    const connected = async (): Promise<OnreadSocket> => {
      const socket = OnreadSocket.connecting('127.0.0.1', port, new ReadBufferBudget());
      await once(socket.socket, 'connect');
      return socket;
    };
    const client = await connected();
    const pair = new SocketPair(client);
    expect([pair.whole, pair.closed, pair.reason, pair.broker]).toEqual([false, false, null, null]);
    const twin = await connected();
    pair.join(twin);
    expect([pair.whole, pair.broker === twin]).toEqual([true, true]);
    pair.passEnd('client');
    expect(pair.isCut(null)).toBe(true);
    expect(twin.socket.writableEnded).toBe(true);
    pair.passEnd('broker');
    expect([pair.isCut(null), pair.isCut(new Error('cut'))]).toEqual([false, true]);
    pair.close('idle-timeout');
    pair.close('proxy-closed');
    expect([pair.reason, pair.isCut(null)]).toEqual(['idle-timeout', true]);
    pair.socketClosed('client', null);
    pair.socketClosed('broker', null);
    expect([pair.whole, pair.closed]).toEqual([false, true]);
    expect([client.socket.destroyed, twin.socket.destroyed]).toEqual([true, true]);
  });
});
