import { spawn, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoCluster, startDemoCluster } from '../../../src/broker/cluster.ts';

const hasKcat = spawnSync('kcat', ['-V']).error === undefined;

let cluster: DemoCluster;
let bootstrap: string;

beforeAll(async () => {
  cluster = await startDemoCluster({ brokers: 3, seed: 3, host: '127.0.0.1', incidents: false });
  bootstrap = cluster.bootstrap.map(({ host, port }) => `${host}:${port}`).join(',');
});

afterAll(async () => {
  await cluster.close();
  expect(cluster.failures()).toEqual([]);
});

/** Runs kcat with `input` on stdin and yields its stdout lines; a kcat that fails fails the test. */
function kcat(args: readonly string[], input = ''): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn('kcat', ['-b', bootstrap, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const messages: Buffer[] = [];
    child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
    child.stderr.on('data', (bytes: Buffer) => messages.push(bytes));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(out).toString().split('\n').slice(0, -1));
      else reject(new Error(`kcat ${args.join(' ')} exited with ${code}: ${Buffer.concat(messages).toString()}`));
    });
    child.stdin.end(input);
  });
}

const lines = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

describe.skipIf(!hasKcat)('kcat (librdkafka) against the embedded cluster', () => {
  it('lists three brokers and the demo topics', async () => {
    const listing = (await kcat(['-L'])).join('\n');
    expect(listing).toContain('3 brokers:');
    for (const topic of ['orders.v1', 'payments', 'clicks.raw', 'audit-log']) expect(listing).toContain(`"${topic}"`);
  });

  for (const codec of ['none', 'gzip', 'snappy', 'lz4', 'zstd']) {
    it(`produces idempotently and consumes with ${codec}`, async () => {
      const written = lines(codec, 500);
      await kcat(['-P', '-t', `kcat-${codec}`, '-z', codec, '-X', 'enable.idempotence=true'], written.join('\n'));
      const seen = await kcat(['-C', '-t', `kcat-${codec}`, '-o', 'beginning', '-e', '-q']);
      expect(seen.sort()).toEqual(written.sort());
    });
  }

  it('consumes two topics in a group and commits', async () => {
    const args = ['-X', 'auto.offset.reset=earliest', '-X', 'enable.partition.eof=true', '-e', '-q'];
    const seen = await kcat(['-G', 'kcat-group', ...args, 'kcat-gzip', 'kcat-zstd']);
    expect(seen.sort()).toEqual([...lines('gzip', 500), ...lines('zstd', 500)].sort());
    const again = await kcat(['-G', 'kcat-group', ...args, 'kcat-gzip', 'kcat-zstd']);
    expect(again).toEqual([]);
  });
});
