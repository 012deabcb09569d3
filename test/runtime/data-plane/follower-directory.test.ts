import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { BrokerBinding } from '../../../src/proxy/broker-routes.ts';
import { FollowerDirectory } from '../../../src/runtime/data-plane/follower-directory.ts';
import { closeAll, closeLater, freePort, until } from '../../proxy/harness.ts';

afterEach(closeAll);

const upstream = { host: 'b1', port: 9092 };
const broker = { endpointType: 1, nodeId: 1, ...upstream };

function binding(port: number): BrokerBinding {
  return { endpointType: 1, nodeId: 1, host: '127.0.0.1', port, advertisedHost: null, upstream };
}

function follower() {
  const calls: string[] = [];
  const directory: FollowerDirectory = new FollowerDirectory(
    [{ host: 'boot', port: 1 }],
    {
      open: async (brokers) => void calls.push(`open ${brokers.map(({ nodeId }) => nodeId).join()}`),
      refresh: async () => ({ kind: 'unreachable', reason: 'test', message: 'nobody' }),
      learned: ({ host, port }) => void calls.push(`learned ${host}:${port}`),
    },
    {
      accepted: (socket, { upstream: to }) => {
        calls.push(`accepted for ${to?.host}`);
        socket.destroy();
      },
      acceptFailed: () => undefined,
      opened: ({ nodeId }) => void calls.push(`opened ${nodeId}`),
      moved: (_, before) => void calls.push(`moved from ${before?.host}`),
      failed: () => undefined,
    },
  );
  closeLater(() => directory.close());
  return { directory, calls };
}

describe('what a serving thread knows of the brokers', () => {
  it('is what its leader told', () => {
    const { directory, calls } = follower();
    expect(directory.routes.learn(broker)).toBeUndefined();
    directory.told(binding(5001));
    expect(directory.routes.learn(broker)).toMatchObject({ port: 5001 });
    expect(directory.routes.find(1, 1)).toMatchObject({ upstream });
    expect(directory.routes.list()).toHaveLength(1);
    expect(calls).toEqual(['opened 1']);
  });

  it('tells the leader of a new address, once, and hears of it without an echo', () => {
    const { directory, calls } = follower();
    directory.told(binding(5001));
    const moved = { ...broker, host: 'b1-new' };
    directory.routes.learn(moved);
    directory.routes.learn(moved);
    directory.told({ ...binding(5001), upstream: { host: 'b1-new', port: 9092 } });
    expect(calls).toEqual(['opened 1', 'learned b1-new:9092', 'moved from b1']);
  });

  it('forgets an address that its leader forgot', () => {
    const { directory } = follower();
    directory.told(binding(5001));
    directory.told({ ...binding(5001), upstream: null });
    expect(directory.routes.find(1, 1)?.upstream).toBeNull();
  });

  it('asks for a broker it lacks, and leaves its address alone for a while where there is no way', async () => {
    const { directory, calls } = follower();
    await directory.routes.open([broker]);
    expect(calls).toEqual(['open 1']);
    expect(directory.routes.learn(broker)).toBeNull();
  });

  it('listens beside other threads on the port of a broker', async () => {
    const port = await freePort();
    const both = [follower(), follower()];
    for (const { directory } of both) {
      directory.told(binding(port));
      await directory.listen(binding(port));
    }
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    await until(() => both.some(({ calls }) => calls.includes('accepted for b1')));
    for (const { directory } of both) await directory.close();
    const late = connect(port, '127.0.0.1');
    const refused = Promise.withResolvers<unknown>();
    late.on('error', refused.resolve);
    expect(await refused.promise).toMatchObject({ code: 'ECONNREFUSED' });
  });
});
