import { afterEach, describe, expect, test } from 'vitest';
import { decodeResponse } from '../../src/protocol/decode.ts';
import { encodeResponse } from '../../src/protocol/encode.ts';
import type { Struct } from '../../src/protocol/message.ts';
import { structsField } from '../../src/protocol/struct-fields.ts';
import { closeAll, FakeBroker, freePort, startTestProxy, TestClient, until, Watcher } from '../proxy/harness.ts';
import { addressResponse } from '../support/address-messages.ts';

afterEach(closeAll);

const node = (id: number, { port }: { readonly port: number }) => ({ id, host: '127.0.0.1', port });

/** An answer of the cluster serves those who ask within a second; the next question comes after that. */
const untilAskedAnew = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1100));

async function ports(client: TestClient, correlationId: number): Promise<Record<string, unknown>> {
  client.send(3, 9, correlationId, { topics: null });
  const message = decodeResponse(await client.next(), 3, 9);
  if (message.kind !== 'decoded') throw new Error('no Metadata');
  return Object.fromEntries(structsField(message.body, 'brokers').map(({ nodeId, port }) => [String(nodeId), port]));
}

/** Which of these brokers answers on a port. */
async function answers(port: number, brokers: readonly FakeBroker[]): Promise<number> {
  const heartbeats = ({ seen }: FakeBroker): number => seen.filter(({ apiKey }) => apiKey === 12).length;
  const before = brokers.map(heartbeats);
  const client = await TestClient.connect(port);
  client.send(12, 0, 1, { groupId: 'g', generationId: 1, memberId: 'm' });
  await client.next();
  client.socket.destroy();
  return brokers.findIndex((broker, index) => heartbeats(broker) > (before[index] ?? 0));
}

describe('brokers that move', () => {
  test('a moved broker is found at its new address before its client is turned away', async () => {
    const [one, two] = [await FakeBroker.start(), await FakeBroker.start()];
    const gone = await freePort();
    one.brokers = [node(1, one), node(2, { port: gone })];
    const watcher = new Watcher();
    const proxy = await startTestProxy([one.port], watcher);
    await proxy.probed;
    const port = proxy.brokers()[1]?.port ?? 0;
    const refused = await TestClient.connect(port);
    await until(() => refused.ended || refused.closed);
    expect(watcher.named('connection-failed')[0]?.detail.message).toContain('asked again, knows no other address.');
    await untilAskedAnew();
    one.brokers = [node(1, one), node(2, two)];
    expect(await answers(port, [one, two])).toBe(1);
    expect(watcher.named('listener-repointed').map(({ detail }) => [detail.port, detail.upstream])).toEqual([
      [port, `127.0.0.1:${two.port}`],
    ]);
    expect(proxy.brokers()[1]?.port).toBe(port);
  });

  test('brokers that change places keep their ports, and nobody stays at the wrong one', async () => {
    const [one, two] = [await FakeBroker.start(), await FakeBroker.start()];
    one.brokers = [node(1, one), node(2, two)];
    const watcher = new Watcher();
    const proxy = await startTestProxy([one.port], watcher);
    await proxy.probed;
    const client = await TestClient.connect(proxy.address.port);
    const before = await ports(client, 1);
    const stays = await TestClient.connect(Number(before['1']));
    stays.send(12, 0, 1, { groupId: 'g', generationId: 1, memberId: 'm' });
    await stays.next();
    one.brokers = [node(1, two), node(2, one)];
    expect(await ports(client, 2)).toEqual(before);
    await until(() => stays.ended || stays.closed);
    expect(await answers(Number(before['1']), [one, two])).toBe(1);
    expect(await answers(Number(before['2']), [one, two])).toBe(0);
    expect(watcher.named('connections-misled').map(({ detail }) => [detail.nodeId, detail.connections])).toEqual([
      [2, 1],
    ]);
    expect(await ports(client, 3)).toEqual(before);
  });

  test('a broker that vanished from Metadata keeps its port', async () => {
    const [one, two] = [await FakeBroker.start(), await FakeBroker.start()];
    one.brokers = [node(1, one), node(2, two)];
    const proxy = await startTestProxy([one.port], new Watcher());
    await proxy.probed;
    const client = await TestClient.connect(proxy.address.port);
    const before = await ports(client, 1);
    one.brokers = [node(1, one)];
    expect(Object.keys(await ports(client, 2))).toEqual(['1']);
    expect(await answers(Number(before['2']), [one, two])).toBe(1);
  });

  test.each([
    ['FindCoordinator', 10, 4, {}],
    ['Produce', 0, 10, { responses: [] }],
    ['Fetch', 1, 16, { responses: [] }],
    ['ShareFetch', 78, 1, {}],
    ['ShareAcknowledge', 79, 1, {}],
    ['DescribeCluster', 60, 1, { endpointType: 1 }],
  ] as const)(
    'a broker first named by %s can be reached before its name arrives',
    async (_, apiKey, apiVersion, rest) => {
      const [one, late] = [await FakeBroker.start(), await FakeBroker.start()];
      one.brokers = [node(1, one)];
      one.answer = (request) =>
        request.apiKey === apiKey
          ? addressResponse(apiKey, apiVersion, [node(7, late)], rest, request.correlationId)
          : undefined;
      const proxy = await startTestProxy([one.port], new Watcher());
      await proxy.probed;
      const client = await TestClient.connect(proxy.address.port);
      client.send(apiKey, apiVersion, 5, apiKey === 0 ? { acks: -1, timeoutMs: 1, topicData: [] } : {});
      const message = decodeResponse(await client.next(), apiKey, apiVersion);
      const port = proxy.brokers().find(({ nodeId }) => nodeId === 7)?.port ?? 0;
      expect(JSON.stringify(message, (_, value) => (typeof value === 'bigint' ? `${value}` : value))).toContain(
        `"port":${port}`,
      );
      expect(await answers(port, [one, late])).toBe(1);
    },
  );

  test('a broker that is not the one asked for makes the proxy ask anew (KIP-1242)', async () => {
    const [one, two] = [await FakeBroker.start(), await FakeBroker.start()];
    // The proxy remembers broker 2 where broker 1 is now.
    one.brokers = [node(1, two), node(2, one)];
    const disown = (asked: Struct): boolean => asked.apiKey === 18 && asked.apiVersion === 5;
    one.answer = ({ apiKey, apiVersion, correlationId }) =>
      disown({ apiKey, apiVersion })
        ? encodeResponse({ apiKey, apiVersion, correlationId, body: { errorCode: 129, apiKeys: [] } })
        : undefined;
    const watcher = new Watcher();
    const proxy = await startTestProxy([one.port], watcher);
    await proxy.probed;
    await untilAskedAnew();
    one.brokers = [node(1, one), node(2, two)];
    const port = proxy.brokers()[1]?.port ?? 0;
    const client = await TestClient.connect(port);
    client.send(18, 5, 1, { clientSoftwareName: 'c', clientSoftwareVersion: '1', clusterId: 'C', nodeId: 2 });
    const answer = await client.next();
    expect((answer[4] ?? 0) * 256 + (answer[5] ?? 0)).toBe(129);
    expect(watcher.named('rebootstrap-required')[0]?.detail).toMatchObject({
      nodeId: 2,
      broker: `127.0.0.1:${one.port}`,
    });
    await until(() => watcher.named('listener-repointed').length === 2);
    expect(await answers(port, [one, two])).toBe(1);
  });

  test('addresses of our own can be added to those no broker may send us to', async () => {
    const [one, metrics] = [await FakeBroker.start(), await FakeBroker.start()];
    one.brokers = [node(1, metrics)];
    const watcher = new Watcher();
    const proxy = await startTestProxy([one.port], watcher);
    await proxy.probed;
    proxy.registerOwnAddress({ host: '127.0.0.1', port: metrics.port });
    const client = await TestClient.connect(proxy.brokers()[0]?.port ?? 0);
    await until(() => client.ended || client.closed);
    expect(watcher.named('connection-failed')[0]?.detail).toMatchObject({ reason: 'address-refused' });
    expect(metrics.connections).toBe(0);
  });
});
