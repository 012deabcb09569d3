import { createHash, type Hash, randomBytes } from 'node:crypto';
import type net from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { encodeResponse } from '../../src/protocol/encode.ts';
import { readRequestHeader } from '../../src/protocol/headers.ts';
import { startProxy } from '../../src/proxy/proxy.ts';
import { FrameSplitter } from '../../src/wire/frame-splitter.ts';
import { framed } from '../support/conversation.ts';
import {
  closeAll,
  FakeBroker,
  freePort,
  startServer,
  startTestProxy,
  TestClient,
  testProxyOptions,
  until,
  Watcher,
} from './harness.ts';

afterEach(closeAll);

const streamBytes = 64 * 1024 * 1024;

/** Writes frames of random sizes in pieces of random sizes until so many bytes are out; returns their hash. */
async function writeFrames(socket: net.Socket, makeFrame: (id: number) => Uint8Array, total: number): Promise<string> {
  const hash = createHash('sha256');
  let written = 0;
  for (let id = 0; written < total; id += 1) {
    const frame = makeFrame(id);
    hash.update(frame);
    written += frame.length;
    for (let at = 0; at < frame.length; ) {
      const end = Math.min(frame.length, at + 1 + Math.floor(Math.random() ** 3 * 300_000));
      if (!socket.write(frame.subarray(at, end))) await new Promise((resolve) => socket.once('drain', resolve));
      at = end;
    }
  }
  return hash.digest('hex');
}

/** Reads with pauses, so that the writer at the other end must wait. */
function readJerkily(socket: net.Socket, hash: Hash, count: (bytes: number) => void): void {
  socket.on('data', (bytes: Uint8Array) => {
    hash.update(bytes);
    count(bytes.length);
    if (Math.random() < 0.02) {
      socket.pause();
      setTimeout(() => socket.resume(), 2);
    }
  });
}

describe('bytes', () => {
  test('128 MB of frames cut at random arrive unaltered both ways, with slow readers', async () => {
    const noise = randomBytes(600_000);
    const body = (id: number): Uint8Array => noise.subarray(id % 1000, 1000 + ((id * 7919) % 500_000));
    // Fetch v12 names no brokers: both directions are framed, followed and left alone.
    const request = (id: number): Uint8Array => {
      const head = Buffer.alloc(10);
      head.writeInt16BE(1, 0);
      head.writeInt16BE(12, 2);
      head.writeInt32BE(id, 4);
      head.writeInt16BE(-1, 8);
      return framed(Buffer.concat([head, body(id)]));
    };
    const response = (id: number): Uint8Array => {
      const head = Buffer.alloc(4);
      head.writeInt32BE(id, 0);
      return framed(Buffer.concat([head, body(id + 500)]));
    };
    const atBroker = createHash('sha256');
    const atClient = createHash('sha256');
    let brokerGot = 0;
    let clientGot = 0;
    let brokerSent = '';
    let connections = 0;
    let brokerEnded = false;
    const port = await startServer((socket) => {
      connections += 1;
      if (connections !== 2) {
        // The proxy's own looks at its upstream: at its start, and again when this takes long.
        socket.destroy();
        return;
      }
      socket.on('end', () => {
        brokerEnded = true;
      });
      readJerkily(socket, atBroker, (bytes) => (brokerGot += bytes));
      void writeFrames(socket, response, streamBytes).then((digest) => {
        brokerSent = digest;
        socket.end();
      });
    });
    let observed = 0;
    const proxy = await startTestProxy(
      [port],
      {
        receive: (input) => {
          if (input.kind === 'segment') observed += input.bytes.length;
        },
        event: () => undefined,
      },
      { connectTimeoutMs: 200 },
    );
    await proxy.probed;
    const client = await TestClient.connect(proxy.address.port);
    client.socket.removeAllListeners('data');
    // The broker does not wait for a question: what it sent while we looked for the connection counts, too.
    for (const bytes of client.received) {
      atClient.update(bytes);
      clientGot += bytes.length;
    }
    readJerkily(client.socket, atClient, (bytes) => (clientGot += bytes));
    const clientSent = await writeFrames(client.socket, request, streamBytes);
    client.socket.end();
    await until(() => proxy.connections() === 0 && brokerEnded && client.ended);
    expect(brokerGot).toBeGreaterThanOrEqual(streamBytes);
    expect(clientGot).toBeGreaterThanOrEqual(streamBytes);
    expect(atBroker.digest('hex')).toBe(clientSent);
    expect(atClient.digest('hex')).toBe(brokerSent);
    expect(observed).toBe(brokerGot + clientGot);
  });

  test.each(['client', 'broker'] as const)('20 MiB follow a half-close by the %s', async (first) => {
    const total = 20 * 1024 * 1024;
    const answer = new Uint8Array(total).fill(0x78);
    let brokerGot = 0;
    const port = await startServer((socket) => {
      socket.on('data', (bytes) => (brokerGot += bytes.length));
      if (first === 'broker') socket.end('bye');
      else socket.on('end', () => socket.end(answer));
    });
    const proxy = await startTestProxy([port], new Watcher(), { connectTimeoutMs: 200 });
    await proxy.probed;
    brokerGot = 0;
    const client = await TestClient.connect(proxy.address.port);
    if (first === 'client') {
      client.socket.end('question');
      await until(() => client.ended);
      expect(client.received.reduce((sum, bytes) => sum + bytes.length, 0)).toBe(total);
    } else {
      await until(() => client.ended);
      client.socket.end(answer);
      await until(() => brokerGot === total);
    }
    await until(() => proxy.connections() === 0);
  });

  test('a reader that stops holds back its own writer, and nobody else', async () => {
    let written = 0;
    const chunk = new Uint8Array(1024 * 1024);
    const port = await startServer((socket) => {
      socket.once('data', (bytes) => {
        if (bytes[0] !== 0x47) return socket.write(bytes);
        const more = (): void => {
          written += chunk.length;
          socket.write(chunk, () => {
            if (written < 1024 * chunk.length) more();
          });
        };
        return more();
      });
    });
    const proxy = await startTestProxy([port], { receive: () => undefined, event: () => undefined });
    const stalled = await TestClient.connect(proxy.address.port);
    stalled.socket.pause();
    stalled.socket.write('GIVE ME A GIGABYTE');
    // The kernel's buffers fill; then the broker is stuck, and stays so.
    let before = -1;
    while (written !== before) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    expect(written).toBeLessThan(100 * chunk.length);
    const other = await TestClient.connect(proxy.address.port);
    other.socket.write('echo');
    await until(() => other.received.length > 0);
    expect(Buffer.concat(other.received).toString()).toBe('echo');
  });
});

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

  test('no upstream at all is refused', async () => {
    const nothing = startProxy(testProxyOptions([], { brokerPortsFirst: null }), new Watcher());
    await expect(nothing).rejects.toMatchObject({ code: 'invalid-option' });
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

describe('limits', () => {
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

  test('does not connect to itself, or where a broker cannot be', async () => {
    const broker = await FakeBroker.start();
    const watcher = new Watcher();
    const proxy = await startTestProxy([broker.port], watcher);
    await proxy.probed;
    broker.brokers = [
      { id: 1, host: '169.254.169.254', port: 80 },
      { id: 2, host: '127.0.0.1', port: proxy.address.port },
    ];
    const client = await TestClient.connect(proxy.address.port);
    client.send(3, 9, 1, { topics: null });
    await client.next();
    for (const { port } of proxy.brokers()) {
      const direct = await TestClient.connect(port);
      await until(() => direct.ended || direct.closed);
      direct.socket.destroy();
    }
    const messages = watcher.named('connection-failed').map(({ detail }) => detail.message);
    expect(messages).toEqual([
      "Will not connect to 169.254.169.254:80: 169.254.169.254 is a link-local or unspecified address, no broker's.",
      `Will not connect to 127.0.0.1:${proxy.address.port}: that is a listener of this proxy, and it would connect to itself.`,
    ]);
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
