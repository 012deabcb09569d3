import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Kafka, logLevel } from 'kafkajs';
import { afterEach, expect, it } from 'vitest';
import { startDemoCluster } from '../../src/broker/cluster.ts';
import { launcher, spawnCli } from '../support/run-cli.ts';

const running: ChildProcess[] = [];
let folder = '';

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

it('kafkajs trusts the CA of --tls-auto, on the bootstrap port and on every broker port', async () => {
  folder = mkdtempSync(join(tmpdir(), 'kafka-scope-e2e-'));
  const env = { XDG_STATE_HOME: folder };
  const ca = execFileSync(process.execPath, [launcher, 'ca'], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const cluster = await startDemoCluster({ brokers: 3, seed: 7, host: '127.0.0.1', incidents: false });
  const upstream = cluster.bootstrap.map(({ host, port }) => `${host}:${port}`).join(',');
  const keylog = join(folder, 'keys.log');
  const args = ['--listen', '127.0.0.1:0', '--broker-ports', '0', '--tls-auto', '--keylog', keylog, '--json'];
  const child = spawnCli(['proxy', '--upstream', upstream, ...args], { env });
  running.push(child);
  if (child.stdout === null) throw new Error('no stdout');
  const lines: Record<string, unknown>[] = [];
  const opened = Promise.withResolvers<number>();
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text);
    lines.push(line);
    if (line.kind === 'listener-opened') opened.resolve(line.detail.port);
  });
  const kafka = new Kafka({
    clientId: 'tls',
    brokers: [`127.0.0.1:${await opened.promise}`],
    ssl: { ca: [ca] },
    logLevel: logLevel.NOTHING,
  });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: 'tls-topic', numPartitions: 3 }] });
  await admin.disconnect();
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({
    topic: 'tls-topic',
    messages: Array.from({ length: 30 }, (_, index) => ({ key: `k${index}`, value: 'v'.repeat(10_000) })),
  });
  await producer.disconnect();
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([143, null]);
  await cluster.close();
  const produced = lines.filter((line) => (line.api as { name?: string } | undefined)?.name === 'Produce');
  const count = produced.reduce((sum, line) => sum + (line.records as { count: number }).count, 0);
  expect(count).toBe(30);
  for (const line of produced) {
    expect(line.connection).toMatchObject({ tls: { version: 'TLSv1.3', cipher: expect.stringMatching(/^TLS_/) } });
  }
  expect(readFileSync(keylog, 'utf8')).toContain('SERVER_TRAFFIC_SECRET_0 ');
});
