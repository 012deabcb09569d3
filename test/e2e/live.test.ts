import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Kafka, logLevel } from 'kafkajs';
import { afterEach, describe, expect, it } from 'vitest';
import { startDemoCluster } from '../../src/broker/cluster.ts';
import { launcher, runCli, spawnCli } from '../support/run-cli.ts';

interface Line {
  readonly schema: string;
  readonly kind?: string;
  readonly [name: string]: unknown;
}

const running: ChildProcess[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

/** Starts the CLI and gathers its lines; `seen` resolves with the first line that matches. */
function start(args: readonly string[]) {
  const child = spawnCli(args);
  running.push(child);
  const lines: Line[] = [];
  const waiting: { matches: (line: Line) => boolean; resolve: (line: Line) => void }[] = [];
  if (child.stdout === null) throw new Error('no stdout');
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text) as Line;
    lines.push(line);
    for (const one of waiting.filter(({ matches }) => matches(line))) one.resolve(line);
  });
  const seen = (matches: (line: Line) => boolean) =>
    new Promise<Line>((resolve) => {
      const before = lines.find(matches);
      if (before === undefined) waiting.push({ matches, resolve });
      else resolve(before);
    });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, lines, seen, ended };
}

function portOf(line: Line): number {
  return (line.detail as { port: number }).port;
}

describe('the proxy before a cluster', () => {
  it.each([
    ['one thread', '0'],
    ['two threads beside the one that looks', '2'],
  ])(
    'carries a kafkajs client by %s, shows what it did, and ends on SIGTERM with a summary and 143',
    async (_by, workers) => {
      const cluster = await startDemoCluster({ brokers: 3, seed: 7, host: '127.0.0.1' });
      const upstream = cluster.bootstrap.map(({ host, port }) => `${host}:${port}`).join(',');
      const proxy = start([
        'proxy',
        '--upstream',
        upstream,
        '--listen',
        '127.0.0.1:0',
        '--broker-ports',
        '0',
        '--json',
        '--workers',
        workers,
      ]);
      const opened = await proxy.seen((line) => line.kind === 'listener-opened');
      const brokerPorts = cluster.bootstrap.map(({ port }) => port);

      const kafka = new Kafka({
        clientId: 'e2e',
        brokers: [`127.0.0.1:${portOf(opened)}`],
        logLevel: logLevel.NOTHING,
      });
      const admin = kafka.admin();
      await admin.connect();
      const named = (await admin.describeCluster()).brokers.map(({ port }) => port);
      expect(named.filter((port) => brokerPorts.includes(port))).toEqual([]);
      await admin.createTopics({ topics: [{ topic: 'e2e-topic', numPartitions: 3 }] });
      await admin.disconnect();
      const producer = kafka.producer();
      await producer.connect();
      const messages = Array.from({ length: 20 }, (_, index) => ({ key: `k${index}`, value: `canary-value-${index}` }));
      await producer.send({ topic: 'e2e-topic', messages });
      await producer.disconnect();

      await proxy.seen((line) => (line.api as { name?: string } | undefined)?.name === 'Produce');
      proxy.child.kill('SIGTERM');
      expect(await proxy.ended).toBe(143);
      await cluster.close();
      const exchanges = proxy.lines.filter((line) => line.schema === 'kafka-scope/exchange@1');
      const summary = proxy.lines.at(-1) as Line & {
        requests: number;
        byApi: Record<string, Record<string, { requests: number }>>;
      };
      expect(summary.schema).toBe('kafka-scope/summary@1');
      expect(summary.requests).toBe(exchanges.filter((line) => line.request !== null).length);
      const produced = exchanges
        .filter((line) => (line.api as { name: string }).name === 'Produce')
        .reduce((sum, line) => sum + (line.records as { count: number }).count, 0);
      expect(produced).toBe(20);
      expect(JSON.stringify(proxy.lines)).not.toContain('canary-value');
      expect(exchanges.every((line) => line.status !== 'orphan')).toBe(true);
    },
  );

  it('lets its output be read by head: the reader leaves, the run ends', async () => {
    const child = spawn('sh', ['-c', `"${process.execPath}" "${launcher}" demo --json --duration 60s | head -n 3`]);
    running.push(child);
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    await once(child, 'close');
    expect(text.trim().split('\n')).toHaveLength(3);
  });

  it('keeps listening before a broker that is down, and says so', async () => {
    const proxy = start(['proxy', '--upstream', '127.0.0.1:9', '--listen', '127.0.0.1:0', '--json']);
    const line = await proxy.seen((candidate) => candidate.kind === 'upstream-unreachable');
    expect((line.detail as { message: string }).message).toMatch(/127\.0\.0\.1:9/);
    proxy.child.kill('SIGINT');
    expect(await proxy.ended).toBe(130);
  });
});

describe('demo', () => {
  it('shows every ingredient of its workload as decoded exchanges', async () => {
    const result = await runCli(['demo', '--json', '--duration', '8s', '--seed', '3']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const lines = result.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const summary = lines.at(-1);
    expect(summary.schema).toBe('kafka-scope/summary@1');
    expect(summary.opaque).toEqual({});
    const apis = Object.keys(summary.byApi);
    for (const api of ['Produce', 'Fetch', 'Metadata', 'JoinGroup', 'ConsumerGroupHeartbeat', 'EndTxn'])
      expect(apis).toContain(api);
    const exchanges = lines.filter((line) => line.schema === 'kafka-scope/exchange@1');
    expect(exchanges.some((line) => line.tags.includes('deprecated'))).toBe(true);
    expect(exchanges.some((line) => line.throttleTimeMs > 0)).toBe(true);
    expect(exchanges.some((line) => line.errors.length > 0)).toBe(true);
    const codecs = new Set(exchanges.flatMap((line) => line.records?.codecs ?? []));
    for (const codec of ['none', 'gzip', 'snappy', 'lz4', 'zstd']) expect(codecs).toContain(codec);
  });

  it('filters lines and fails on a match', async () => {
    const result = await runCli([
      'demo',
      '--json',
      '--duration',
      '5s',
      '--filter',
      'api == Produce',
      '--fail-on',
      'api == Fetch',
    ]);
    expect(result.code).toBe(5);
    const names = result.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter((line) => line.schema === 'kafka-scope/exchange@1')
      .map((line) => line.api.name);
    expect(new Set(names)).toEqual(new Set(['Produce']));
  });
});
