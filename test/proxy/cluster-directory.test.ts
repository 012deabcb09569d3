import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AdvertisePattern } from '../../src/proxy/advertise-pattern.ts';
import { ClusterDirectory } from '../../src/proxy/cluster-directory.ts';
import type { HostPort } from '../../src/proxy/host-port.ts';
import type { ProbeResult } from '../../src/proxy/probe.ts';
import { SniRoutes } from '../../src/proxy/sni-routes.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const at = (port: number): HostPort => ({ host: 'inside', port });
const dead: ProbeResult = { kind: 'unreachable', reason: 'connection-refused', message: 'Nobody there.' };
const cluster = (clusterId: string | null, ...ports: number[]): ProbeResult => ({
  kind: 'kafka',
  upstream: at(1),
  brokers: ports.map((port) => ({ nodeId: port, endpointType: 1, ...at(port) })),
  clusterId,
  message: `names ${ports.length}`,
});

function make(...answers: ProbeResult[]) {
  const said: string[] = [];
  const servers: string[] = [];
  const routes = new SniRoutes(new AdvertisePattern('b{nodeId}.local'), 1, {
    accepted: () => undefined,
    acceptFailed: () => undefined,
    opened: ({ nodeId }) => said.push(`opened ${nodeId}`),
    moved: ({ nodeId }) => said.push(`moved ${nodeId}`),
    failed: () => undefined,
  });
  const directory = new ClusterDirectory({
    routes,
    bootstrap: [at(1)],
    look: async (list) => {
      servers.push(list.map(({ port }) => port).join(','));
      return answers.shift() ?? dead;
    },
    event: (event, detail) => said.push(`${event} ${detail.message}`),
  });
  return { directory, routes, said, servers };
}

test('says what it found at start, and what it names can be reached', async () => {
  const { directory, said } = make(cluster('A', 2, 3));
  expect((await directory.start()).kind).toBe('kafka');
  expect(said).toEqual(['upstream-reached names 2', 'opened 2', 'opened 3']);
});

test('looks again until somebody answers, with longer and longer pauses, and says so once', async () => {
  const { directory, said, servers } = make(dead, dead, cluster('A', 2));
  await directory.start();
  expect(said).toEqual(['upstream-unreachable Nobody there.']);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(servers.length).toBe(2);
  await vi.advanceTimersByTimeAsync(9_999);
  expect(servers.length).toBe(2);
  await vi.advanceTimersByTimeAsync(1);
  expect(said).toEqual(['upstream-unreachable Nobody there.', 'upstream-reached names 1', 'opened 2']);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(servers.length).toBe(3);
});

test('stops looking when it is told to', async () => {
  const { directory, servers } = make(dead);
  await directory.start();
  directory.stop();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(servers.length).toBe(1);
});

test('asks brokers it knows beside the bootstrap servers', async () => {
  const { directory, servers } = make(cluster('A', 1, 2, 3), cluster('A', 1, 2, 3));
  await directory.start();
  await vi.advanceTimersByTimeAsync(2_000);
  await directory.refresh();
  expect(servers).toEqual(['1', '1,2,3']);
});

test('forgets the addresses of a cluster that another one has replaced', async () => {
  const { directory, routes, said } = make(cluster('A', 2, 3), cluster(null, 2, 3), cluster('B', 2));
  await directory.start();
  for (const _ of ['null tells nothing', 'B']) {
    await vi.advanceTimersByTimeAsync(2_000);
    await directory.refresh();
  }
  expect(routes.list().map(({ upstream }) => upstream?.port ?? null)).toEqual([2, null]);
  expect(said.at(-1)).toBe(
    'cluster-changed The upstream is another cluster now (B, before A): the addresses of the old one are forgotten, ports and names stay.',
  );
});

test('does not try again what waiting cannot mend', async () => {
  const loop: ProbeResult = { kind: 'loop', upstream: at(1), message: 'That is us.' };
  const { directory, said, servers } = make(loop);
  await directory.start();
  await vi.advanceTimersByTimeAsync(120_000);
  expect([said, servers.length]).toEqual([['upstream-loop That is us.'], 1]);
});
