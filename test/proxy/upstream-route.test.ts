import { afterEach, describe, expect, test } from 'vitest';
import { AdvertisePattern } from '../../src/proxy/advertise-pattern.ts';
import type { HostPort } from '../../src/proxy/host-port.ts';
import type { ProbeResult } from '../../src/proxy/probe.ts';
import { ReadBufferBudget } from '../../src/proxy/read-buffer.ts';
import { SniRoutes } from '../../src/proxy/sni-routes.ts';
import { type Destination, UpstreamRoute } from '../../src/proxy/upstream-route.ts';
import { closeAll, closeLater, freePort, startServer } from './harness.ts';

afterEach(closeAll);

const at = (port: number): HostPort => ({ host: '127.0.0.1', port });
const named = (...nodes: readonly { nodeId: number; port: number }[]): ProbeResult => ({
  kind: 'kafka',
  upstream: at(1),
  brokers: nodes.map(({ nodeId, port }) => ({ nodeId, endpointType: 1, ...at(port) })),
  clusterId: null,
  message: 'k',
});

/** Follows a route; `says` is what the cluster answers when asked, null for nothing ever. */
async function follow(
  destination: Destination,
  says: ProbeResult | null,
  bootstrap: readonly HostPort[] = [],
  timeoutMs = 5000,
): Promise<{ port: number | null; reason: string; message: string; asked: number }> {
  const handler = {
    accepted: () => undefined,
    acceptFailed: () => undefined,
    opened: () => undefined,
    moved: () => undefined,
    failed: () => undefined,
  };
  const routes = new SniRoutes(new AdvertisePattern('b{nodeId}.local'), 1, handler);
  let asked = 0;
  const directory = {
    routes,
    bootstrap,
    refresh: async () => {
      asked += 1;
      if (says === null) return new Promise<ProbeResult>(() => undefined);
      if (says.kind === 'kafka') await routes.open(says.brokers);
      return says;
    },
  };
  return new Promise((resolve) => {
    new UpstreamRoute(
      {
        targets: [],
        timeoutMs,
        tls: null,
        credentials: null,
        keylog: () => undefined,
        budget: new ReadBufferBudget(),
        refusal: () => null,
      },
      destination,
      directory,
      {
        connected: (socket, { port }) => {
          closeLater(() => socket.destroy());
          resolve({ port, reason: '', message: '', asked });
        },
        failed: ({ reason, message }) => resolve({ port: null, reason, message, asked }),
      },
    );
  });
}

const node = (nodeId: number | null, ...ports: number[]): Destination => ({
  targets: ports.map(at),
  nodeId,
  endpointType: 1,
});

describe('UpstreamRoute', () => {
  test('asks nobody while the address is right', async () => {
    const port = await startServer(() => undefined);
    expect(await follow(node(1, port), null)).toMatchObject({ port, asked: 0 });
  });

  test('asks once where a node is gone, and finds it elsewhere', async () => {
    const [gone, port] = [await freePort(), await startServer(() => undefined)];
    expect(await follow(node(1, gone), named({ nodeId: 1, port }))).toMatchObject({ port, asked: 1 });
  });

  test('says so where the cluster knows no other address', async () => {
    const gone = await freePort();
    expect(await follow(node(1, gone), named({ nodeId: 1, port: gone }))).toEqual({
      port: null,
      asked: 1,
      reason: 'connection-refused',
      message: `Nothing listens at 127.0.0.1:${gone} (connection refused): start the broker there or check host and port. Metadata, asked again, knows no other address.`,
    });
  });

  test('asks only once, also where the new address is dead too', async () => {
    const [gone, alsoGone] = [await freePort(), await freePort()];
    const outcome = await follow(node(1, gone), named({ nodeId: 1, port: alsoGone }));
    expect(outcome).toMatchObject({ port: null, asked: 1, reason: 'connection-refused' });
    expect(outcome.message).toContain(`127.0.0.1:${alsoGone}`);
  });

  test('says so where the cluster cannot be asked', async () => {
    const gone = await freePort();
    const nobody: ProbeResult = { kind: 'unreachable', reason: 'connection-refused', message: 'Nobody.' };
    expect((await follow(node(1, gone), nobody)).message).toContain('The cluster could not be asked');
    expect((await follow(node(1), nobody)).message).toContain('asked for Metadata: Nobody.');
    expect((await follow(node(1, gone), null, [], 40)).reason).toBe('connection-refused');
  });

  test('a bootstrap connection asks nobody', async () => {
    expect(await follow(node(null, await freePort()), null)).toMatchObject({ port: null, asked: 0 });
  });

  test('asks for a node nobody has named', async () => {
    const port = await startServer(() => undefined);
    expect(await follow(node(7), named({ nodeId: 7, port }))).toMatchObject({ port, asked: 1 });
    expect(await follow(node(7), named({ nodeId: 3, port }, { nodeId: 1, port }))).toMatchObject({
      port: null,
      reason: 'broker-unknown',
      message:
        'Nobody has named broker 7 yet, so there is nowhere to connect it to; asked for Metadata: it names brokers 1, 3.',
    });
    expect((await follow({ ...node(7), endpointType: 2 }, named({ nodeId: 3, port }))).message).toContain(
      'controller 7 yet',
    );
  });

  test('waits for the answer no longer than connecting may take', async () => {
    expect(await follow(node(7), null, [], 30)).toMatchObject({ reason: 'broker-unknown', asked: 1 });
  });

  test('begins at any broker where a listener with SASL tells us nothing', async () => {
    const port = await startServer(() => undefined);
    expect(await follow(node(7), named(), [at(port)])).toMatchObject({ port, asked: 1 });
  });

  test('does not ask where the address itself is refused', async () => {
    const { message, asked } = await new Promise<{ message: string; asked: number }>((resolve) => {
      let asked = 0;
      const routes = new SniRoutes(new AdvertisePattern('b{nodeId}.local'), 1, {
        accepted: () => undefined,
        acceptFailed: () => undefined,
        opened: () => undefined,
        moved: () => undefined,
        failed: () => undefined,
      });
      const refresh = async () => {
        asked += 1;
        return named();
      };
      new UpstreamRoute(
        {
          targets: [],
          timeoutMs: 5000,
          tls: null,
          credentials: null,
          keylog: () => undefined,
          budget: new ReadBufferBudget(),
          refusal: () => 'no',
        },
        node(1, 9),
        { routes, bootstrap: [], refresh },
        { connected: () => undefined, failed: ({ message }) => resolve({ message, asked }) },
      );
    });
    expect([message, asked]).toEqual(['Will not connect to 127.0.0.1:9: no.', 0]);
  });
});
