import { afterEach, describe, expect, test } from 'vitest';
import { addressResponse } from '../support/address-messages.ts';
import { framed } from '../support/conversation.ts';
import { closeAll, FakeBroker, freePort, startServer, startTestProxy, TestClient, until, Watcher } from './harness.ts';

afterEach(closeAll);

describe('how a connection ends', () => {
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
