import { describe, expect, test } from 'vitest';
import type { BrokerAddress } from '../../src/addons/rewrite-addresses.ts';
import { AdvertisePattern } from '../../src/proxy/advertise-pattern.ts';
import { brokerRoutesMax, upstreamName } from '../../src/proxy/broker-routes.ts';
import { SniRoutes } from '../../src/proxy/sni-routes.ts';

function make(): { routes: SniRoutes; said: string[] } {
  const said: string[] = [];
  const routes = new SniRoutes(new AdvertisePattern('b{nodeId}.kafka.local'), 9094, {
    accepted: () => undefined,
    acceptFailed: () => undefined,
    opened: ({ host }) => said.push(`opened ${host}`),
    moved: (binding, before) =>
      said.push(`moved ${binding.host} from ${before?.port ?? null} to ${upstreamName(binding)}`),
    failed: ({ nodeId }, message) => said.push(`failed ${nodeId} ${message}`),
  });
  return { routes, said };
}

const node = (nodeId: number, port = 9092, endpointType = 1): BrokerAddress => ({
  endpointType,
  nodeId,
  host: 'inside',
  port,
});

describe('SniRoutes', () => {
  test('gives each node a name on the one port, brokers and controllers apart', async () => {
    const { routes, said } = make();
    await routes.open([node(2), node(1), node(1, 19_093, 2)]);
    expect(routes.list().map(({ advertisedHost, port, upstream }) => [advertisedHost, port, upstream?.port])).toEqual([
      ['b1.kafka.local', 9094, 9092],
      ['controller-b1.kafka.local', 9094, 19_093],
      ['b2.kafka.local', 9094, 9092],
    ]);
    expect(said).toEqual(['opened b2.kafka.local', 'opened b1.kafka.local', 'opened controller-b1.kafka.local']);
  });

  test('knows a node as soon as it is named, and follows it', () => {
    const { routes, said } = make();
    expect(routes.find(1, 1)).toBeUndefined();
    expect(routes.learn(node(1))).toMatchObject({ host: 'b1.kafka.local', upstream: { host: 'inside', port: 9092 } });
    routes.learn(node(1));
    routes.learn(node(1, 9192));
    expect(routes.find(1, 1)?.upstream).toEqual({ host: 'inside', port: 9192 });
    expect(said).toEqual(['opened b1.kafka.local', 'moved b1.kafka.local from 9092 to inside:9192']);
  });

  test('forgets the addresses of another cluster, not the names', () => {
    const { routes, said } = make();
    routes.learn(node(1));
    routes.learn(node(2));
    routes.forgetOthers([node(2)]);
    expect([routes.find(1, 1)?.upstream, routes.find(1, 2)?.upstream?.port]).toEqual([null, 9092]);
    routes.learn(node(1, 9999));
    expect(said.at(-1)).toBe('moved b1.kafka.local from null to inside:9999');
  });

  test('has a limit, and says so once', () => {
    const { routes, said } = make();
    for (let id = 0; id < brokerRoutesMax; id += 1) routes.learn(node(id));
    expect([routes.learn(node(5000)), routes.learn(node(5001))]).toEqual([null, null]);
    expect(routes.list().length).toBe(brokerRoutesMax);
    expect(said.filter((each) => each.startsWith('failed'))).toEqual([
      'failed 5000 There are 1024 broker names already; clients will reach broker 5000 directly.',
    ]);
  });
});
