import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, expect, it } from 'vitest';
import { startDemoCluster } from '../../src/broker/cluster.ts';
import { launcher } from '../support/run-cli.ts';

const running: ChildProcess[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

/** ApiVersions v0, correlation id 7, no client id. */
const ask = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 7, 0xff, 0xff]);

/** True when the proxy brings an answer of the broker. */
async function isServed(port: number): Promise<boolean> {
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(ask);
  let bytes = 0;
  socket.on('data', (chunk) => {
    bytes += chunk.length;
    socket.destroy();
  });
  await once(socket, 'close').catch(() => undefined);
  return bytes > 0;
}

it('a proxy without free descriptors says so, loses nothing it has, and serves again when some are free', async () => {
  const cluster = await startDemoCluster({ brokers: 1, seed: 1, host: '127.0.0.1' });
  const upstream = `127.0.0.1:${cluster.bootstrap[0]?.port}`;
  const command = `ulimit -n 60 && exec "$0" "$@"`;
  const args = ['proxy', '--upstream', upstream, '--listen', '127.0.0.1:0', '--broker-ports', '0', '--json'];
  const child = spawn('sh', ['-c', command, process.execPath, launcher, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  running.push(child);
  const opened = Promise.withResolvers<number>();
  const short = Promise.withResolvers<void>();
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text);
    if (line.kind === 'listener-opened' && line.detail.nodeId === null) opened.resolve(line.detail.port);
    if (line.kind === 'accept-failed' || line.detail?.reason === 'too-many-open-files') short.resolve();
  });
  const port = await opened.promise;
  const first = net.connect(port, '127.0.0.1');
  first.write(ask);
  await once(first, 'data');
  const crowd = Array.from({ length: 60 }, () => net.connect(port, '127.0.0.1'));
  for (const each of crowd) each.on('error', () => undefined);
  await short.promise;
  first.write(ask);
  await once(first, 'data');
  for (const each of crowd) each.destroy();
  while (!(await isServed(port))) await new Promise((resolve) => setTimeout(resolve, 20));
  first.destroy();
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([143, null]);
  await cluster.close();
});
