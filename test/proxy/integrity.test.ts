import { createHash, type Hash, randomBytes } from 'node:crypto';
import type net from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { framed } from '../support/conversation.ts';
import { closeAll, startServer, startTestProxy, TestClient, until, Watcher } from './harness.ts';

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
