import { once } from 'node:events';
import net from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { BrokerAddress } from '../../src/addons/rewrite-addresses.ts';
import { BrokerListeners, type BrokerListenersOptions } from '../../src/proxy/broker-listeners.ts';
import { type BrokerBinding, upstreamName } from '../../src/proxy/broker-routes.ts';
import { closeAll, closeLater, freePort, startServer } from './harness.ts';

afterEach(closeAll);

interface Made {
  readonly listeners: BrokerListeners;
  readonly said: string[];
  readonly accepted: BrokerBinding[];
}

function make(options: Partial<BrokerListenersOptions> = {}): Made {
  const said: string[] = [];
  const accepted: BrokerBinding[] = [];
  const listeners = new BrokerListeners(
    { host: '127.0.0.1', first: 0, pinned: new Map(), ...options },
    {
      accepted: (socket, binding) => {
        accepted.push(binding);
        socket.destroy();
      },
      acceptFailed: (code) => said.push(`accept ${code}`),
      opened: (binding, wanted) => said.push(`opened ${binding.nodeId} wanted ${wanted}`),
      moved: (binding, before) =>
        said.push(`moved ${binding.nodeId} from ${before?.port ?? null} to ${upstreamName(binding)}`),
      failed: (broker, message) => said.push(`failed ${broker.nodeId} ${message}`),
    },
  );
  closeLater(() => listeners.close());
  return { listeners, said, accepted };
}

const broker = (nodeId: number, port = 9092, endpointType = 1): BrokerAddress => ({
  endpointType,
  nodeId,
  host: 'broker.internal',
  port,
});

describe('BrokerListeners', () => {
  test('opens one listener a broker and knows it from then on', async () => {
    const { listeners, said, accepted } = make();
    expect(listeners.learn(broker(5))).toBeUndefined();
    await listeners.open([broker(5), broker(5), broker(6)]);
    await listeners.open([broker(5)]);
    expect(listeners.list().map(({ nodeId }) => nodeId)).toEqual([5, 6]);
    expect(said).toEqual(['opened 5 wanted null', 'opened 6 wanted null']);
    const binding = listeners.learn(broker(5));
    expect(binding).toMatchObject({ nodeId: 5, host: '127.0.0.1', upstream: { host: 'broker.internal', port: 9092 } });
    const client = net.connect(binding?.port ?? 0, '127.0.0.1');
    client.on('error', () => undefined);
    await once(client, 'close');
    expect(accepted.map(({ nodeId }) => nodeId)).toEqual([5]);
  });

  test('two requests for the same broker wait for one listener', async () => {
    const { listeners, said } = make();
    await Promise.all([listeners.open([broker(1)]), listeners.open([broker(1)])]);
    expect(said.length).toBe(1);
  });

  test('puts node n on FIRST + n', async () => {
    const port = await freePort();
    const { listeners } = make({ first: port - 7 });
    await listeners.open([broker(7)]);
    expect(listeners.list()[0]?.port).toBe(port);
  });

  test('takes the next free port where that one is taken, and says so', async () => {
    const taken = await startServer(() => undefined);
    const { listeners, said } = make({ first: taken - 1 });
    await listeners.open([broker(1)]);
    const port = listeners.list()[0]?.port ?? 0;
    expect(port).toBeGreaterThan(0);
    expect(port).not.toBe(taken);
    expect(said).toEqual([`opened 1 wanted ${taken}`]);
  });

  test('a node id beyond the ports gets any free one', async () => {
    const { listeners, said } = make({ first: 60_000 });
    await listeners.open([broker(2_000_000)]);
    expect(listeners.list()[0]?.port).toBeGreaterThan(0);
    expect(said).toEqual(['opened 2000000 wanted 2060000']);
  });

  test('a broker that moves keeps its port', async () => {
    const { listeners, said } = make();
    await listeners.open([broker(1)]);
    const before = listeners.list()[0]?.port;
    expect(listeners.learn(broker(1, 9999))?.port).toBe(before);
    listeners.learn(broker(1, 9999));
    expect(said.slice(1)).toEqual(['moved 1 from 9092 to broker.internal:9999']);
  });

  test('a broker and a controller of one id are two', async () => {
    const { listeners } = make();
    await listeners.open([broker(1), broker(1, 9093, 2)]);
    expect(listeners.list().map(({ endpointType }) => endpointType)).toEqual([1, 2]);
    expect(listeners.learn(broker(1))?.port).not.toBe(listeners.learn(broker(1, 9093, 2))?.port);
  });

  test('a pinned port is open before its broker is known', async () => {
    const port = await freePort();
    const { listeners, said } = make({ pinned: new Map([[3, port]]) });
    await listeners.openPinned();
    expect(listeners.list()).toMatchObject([{ nodeId: 3, port, upstream: null }]);
    expect(listeners.learn(broker(3))).toMatchObject({ port });
    expect(said).toEqual(['opened 3 wanted null', 'moved 3 from null to broker.internal:9092']);
  });

  test('a pinned port that is taken is an error that names the flag', async () => {
    const taken = await startServer(() => undefined);
    const { listeners } = make({ pinned: new Map([[3, taken]]) });
    await expect(listeners.openPinned()).rejects.toMatchObject({
      code: 'port-in-use',
      message: expect.stringContaining('--broker-port 3=PORT'),
    });
  });

  test('where no listener can be had the broker is left alone for a while, with a sentence', async () => {
    const { listeners, said } = make({ host: '203.0.113.1' });
    await listeners.open([broker(1)]);
    expect(said.length).toBe(1);
    expect(said[0]).toContain('Clients will reach broker 1 directly.');
    expect(listeners.learn(broker(1))).toBeNull();
  });

  test('a closed one opens nothing more', async () => {
    const { listeners } = make();
    await listeners.close();
    await listeners.open([broker(1)]);
    expect(listeners.list()).toEqual([]);
  });

  test('a controller beside brokers has a port of its own that does not depend on who came first', async () => {
    const first = 20_000 + (process.pid % 5000);
    const { listeners } = make({ first });
    await listeners.open([broker(1), broker(2)]);
    await listeners.open([broker(1, 19_093, 2), broker(3)]);
    const controller = listeners.find(2, 1);
    expect(controller?.port).toBeGreaterThanOrEqual(first + 1001);
    expect(listeners.find(1, 1)?.upstream?.port).toBe(9092);
    expect(controller?.upstream?.port).toBe(19_093);
  });

  test('forgets the addresses of another cluster, not the ports', async () => {
    const { listeners, said } = make();
    await listeners.open([broker(1), broker(2)]);
    const port = listeners.find(1, 1)?.port;
    listeners.forgetOthers([broker(2)]);
    expect([listeners.find(1, 1)?.upstream, listeners.find(1, 2)?.upstream?.port]).toEqual([null, 9092]);
    expect(listeners.learn(broker(1, 9999))?.port).toBe(port);
    expect(said.at(-1)).toBe('moved 1 from null to broker.internal:9999');
  });
});
