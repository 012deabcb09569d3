import { once } from 'node:events';
import net from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { AcceptGate } from '../../src/proxy/accept-gate.ts';
import type { EventDetail } from '../../src/proxy/event-detail.ts';
import { closeAll, FakeBroker, startServer, startTestProxy, TestClient, until, Watcher } from './harness.ts';

afterEach(closeAll);

describe('AcceptGate', () => {
  test('refuses connections beyond the most allowed, and counts them', async () => {
    const broker = await FakeBroker.start();
    const watcher = new Watcher();
    const proxy = await startTestProxy([broker.port], watcher, { connectionsMax: 2 });
    await proxy.probed;
    const kept = [await TestClient.connect(proxy.address.port), await TestClient.connect(proxy.address.port)];
    await until(() => proxy.connections() === 2);
    const refused = await TestClient.attempt(proxy.address.port);
    await until(() => refused.closed);
    expect(watcher.named('connection-refused')[0]?.detail).toMatchObject({ count: 1 });
    kept[0]?.socket.destroy();
    await until(() => proxy.connections() === 1);
    const next = await TestClient.connect(proxy.address.port);
    next.send(18, 0, 1);
    await next.next();
  });

  test('tells the first at once, the rest when it closes, and is silent for those who come after', async () => {
    const told: [string, EventDetail][] = [];
    const gate = new AcceptGate(2, (event, detail) => told.push([event, detail]));
    const port = await startServer(() => undefined);
    const sockets: net.Socket[] = [];
    const letsIn = async (open: number): Promise<boolean> => {
      const socket = net.connect(port, '127.0.0.1');
      sockets.push(socket);
      await once(socket, 'connect');
      return gate.letsIn(socket, open);
    };
    expect([await letsIn(1), await letsIn(2), await letsIn(3)]).toEqual([true, false, false]);
    expect(sockets.map(({ destroyed }) => destroyed)).toEqual([false, true, true]);
    gate.acceptFailed('EMFILE');
    gate.close();
    expect(await letsIn(0)).toBe(false);
    expect(gate.refused).toEqual({ 'max-connections': 2, 'accept-failed': 1 });
    expect(told.map(([event, { count }]) => [event, count])).toEqual([
      ['connection-refused', 1],
      ['accept-failed', 1],
      ['connection-refused', 1],
    ]);
    expect(told[1]?.[1]).toMatchObject({ code: 'EMFILE' });
    for (const socket of sockets) socket.destroy();
  });
});
