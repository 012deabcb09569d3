import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFreePorts } from '../kafka/ports.ts';
import { endChild, pauseMs } from '../kafka/process.ts';

const program = new URL('../../bench/onread-proxy.ts', import.meta.url).pathname;
const blob = randomBytes(16 * 1024 * 1024);
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** All that a peer sends until it ends. `slow`: with pauses, so that the proxy must hold its source back. */
async function readAll(socket: Socket, slow: boolean): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let reads = 0;
  for await (const chunk of socket) {
    chunks.push(chunk as Buffer);
    reads += 1;
    if (slow && reads % 16 === 0) await pauseMs(2);
  }
  return Buffer.concat(chunks);
}

describe('the bare proxy of the bench', () => {
  const received: Promise<Buffer>[] = [];
  let upstream: Server;
  let proxy: ChildProcess;
  let port = 0;

  beforeAll(async () => {
    // The upstream answers only after the client's FIN: both halves of a connection must end on their own.
    upstream = createServer({ allowHalfOpen: true }, (socket) => {
      const request = readAll(socket, true);
      received.push(request);
      // The probe of the start sends nothing and is gone.
      void request.then((bytes) => (bytes.length === 0 ? socket.destroy() : socket.end(blob)));
    });
    upstream.listen({ host: '127.0.0.1', port: 0 });
    await once(upstream, 'listening');
    [port = 0] = await findFreePorts(1);
    const upstreamPort = (upstream.address() as AddressInfo).port;
    proxy = spawn(process.execPath, [program, String(port), String(upstreamPort)], { stdio: 'ignore' });
    for (;;) {
      const probe = connect({ host: '127.0.0.1', port });
      const isOpen = await once(probe, 'connect').then(
        () => true,
        () => false,
      );
      probe.destroy();
      if (isOpen) break;
      if (proxy.exitCode !== null) throw new Error('the proxy did not start');
      await pauseMs(30);
    }
  });

  afterAll(async () => {
    await endChild(proxy, 'SIGTERM', 5_000);
    upstream.close();
  });

  it('carries what slow readers take, both ways and through a half-close, byte for byte', async () => {
    const clients = Array.from({ length: 3 }, async () => {
      const client = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
      client.end(blob);
      return digest(await readAll(client, true));
    });
    expect(await Promise.all(clients)).toEqual(clients.map(() => digest(blob)));
    const requests = (await Promise.all(received)).filter((bytes) => bytes.length > 0);
    expect(requests.map(digest)).toEqual(clients.map(() => digest(blob)));
  });
});
