import { once } from 'node:events';
import net from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type ClientEnds, clientName } from '../../src/proxy/client-ends.ts';
import type { ConnectFailure } from '../../src/proxy/connect-failure.ts';
import { OnreadSocket } from '../../src/proxy/onread-socket.ts';
import { ProxyIntake } from '../../src/proxy/proxy-intake.ts';
import { ReadBufferBudget } from '../../src/proxy/read-buffer.ts';
import { writeProxyHeader } from '../../src/wire/proxy-header.ts';
import { closeAll, closeLater, until } from './harness.ts';

afterEach(closeAll);

const header = writeProxyHeader({
  source: { host: '203.0.113.9', port: 4711 },
  destination: { host: '198.51.100.1', port: 9092 },
});

interface Taken {
  readonly ends: ClientEnds;
  /** All that arrived behind the header. */
  readonly bytes: () => string;
}

interface Made {
  readonly port: number;
  readonly intake: ProxyIntake;
  readonly taken: Taken[];
  readonly refused: ConnectFailure[];
}

/** A server that takes headers from what it accepts, on sockets that read into a buffer or on raw ones. */
async function make(how: 'plain' | 'raw', timeoutMs = 0): Promise<Made> {
  const taken: Taken[] = [];
  const refused: ConnectFailure[] = [];
  const intake = new ProxyIntake(timeoutMs, (_, failure) => refused.push(failure));
  const budget = new ReadBufferBudget();
  const server = net.createServer({ pauseOnConnect: true, allowHalfOpen: true }, (socket) => {
    closeLater(() => {
      socket.destroy();
    });
    let text = '';
    if (how === 'raw') {
      intake.raw(socket, (ends) => {
        taken.push({ ends, bytes: () => text });
        socket.on('data', (bytes) => (text += bytes.toString('latin1')));
        socket.resume();
      });
      return;
    }
    const client = OnreadSocket.accepted(socket, budget);
    closeLater(() => client.destroy());
    intake.plain(client, (ends) => {
      taken.push({ ends, bytes: () => text });
      client.handler = {
        bytesArrived: (bytes) => (text += Buffer.from(bytes).toString('latin1')),
        peerEnded: () => undefined,
        writesSettled: () => undefined,
        closed: () => undefined,
      };
      // As a connection does, which reads its client when the broker is there.
      setImmediate(() => client.resume());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closeLater(() => {
    intake.close();
    server.close();
  });
  const address = server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, intake, taken, refused };
}

async function connect(port: number): Promise<net.Socket> {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => undefined);
  closeLater(() => {
    socket.destroy();
  });
  await once(socket, 'connect');
  return socket;
}

describe.each(['plain', 'raw'] as const)('ProxyIntake on %s sockets', (how) => {
  test('hands on what follows the header, in one piece with it or not', async () => {
    const { port, taken, intake } = await make(how);
    const socket = await connect(port);
    socket.write(Buffer.concat([header, Buffer.from('first ')]));
    await until(() => taken.length === 1);
    socket.write('second');
    await until(() => taken[0]?.bytes() === 'first second');
    expect(clientName(taken[0]?.ends ?? { client: { host: '', port: 0 }, local: { host: '', port: 0 } })).toBe(
      '203.0.113.9:4711',
    );
    expect(taken[0]?.ends.local).toEqual({ host: '198.51.100.1', port: 9092 });
    expect(intake.waiting).toBe(0);
  });

  test('puts a header together byte by byte', async () => {
    const { port, taken } = await make(how);
    const socket = await connect(port);
    for (const byte of Buffer.concat([header, Buffer.from('rest')])) {
      socket.write(Uint8Array.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => taken[0]?.bytes() === 'rest');
  });

  test('takes the ends of the socket where a header names none', async () => {
    const { port, taken } = await make(how);
    const socket = await connect(port);
    socket.write('PROXY UNKNOWN\r\n');
    await until(() => taken.length === 1);
    expect(taken[0]?.ends.client).toEqual({ host: '127.0.0.1', port: socket.localPort });
  });

  test.each([
    ['a Kafka request', Uint8Array.of(0, 0, 0, 0x20, 0, 18, 0, 3), 'missing'],
    ['a TLS handshake', Uint8Array.of(0x16, 3, 1, 0, 0xc8, 1), 'missing'],
    ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\n'), 'missing'],
    ['an address in it is none of IPv4', Buffer.from('PROXY TCP4 here there 1 2\r\n'), 'broken'],
  ])('refuses %s with a sentence', async (words, bytes, reason) => {
    const { port, refused, taken } = await make(how);
    const socket = await connect(port);
    socket.write(bytes);
    await until(() => socket.closed);
    expect(refused).toEqual([{ reason, message: expect.stringContaining(words) }]);
    expect(refused[0]?.message).toMatch(/^[A-Z][^\n]*\.$/);
    expect(taken).toEqual([]);
  });

  test('says who left in the middle, and nothing of a port check', async () => {
    const { port, refused, intake } = await make(how);
    const check = await connect(port);
    await until(() => intake.waiting === 1);
    check.end();
    await until(() => intake.waiting === 0);
    expect(refused).toEqual([]);
    const socket = await connect(port);
    socket.end(header.subarray(0, 9));
    await until(() => refused.length === 1);
    expect(refused[0]).toMatchObject({ reason: 'closed', message: expect.stringContaining('after 9 bytes') });
  });

  test('waits no longer than a handshake may take', async () => {
    const { port, refused } = await make(how, 20);
    const socket = await connect(port);
    socket.write(header.subarray(0, 3));
    await until(() => socket.closed);
    expect(refused[0]?.reason).toBe('timeout');
    expect(refused[0]?.message).toContain('within 20 ms');
  });

  test('close ends those who wait without a word', async () => {
    const { port, refused, intake } = await make(how);
    const socket = await connect(port);
    await until(() => intake.waiting === 1);
    intake.close();
    await until(() => socket.closed);
    expect([refused, intake.waiting]).toEqual([[], 0]);
  });
});
