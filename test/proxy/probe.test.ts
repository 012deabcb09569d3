import { afterEach, describe, expect, test } from 'vitest';
import { type ProbeResult, probeUpstream } from '../../src/proxy/probe.ts';
import { ReadBufferBudget } from '../../src/proxy/read-buffer.ts';
import { closeAll, FakeBroker, freePort, startServer } from './harness.ts';

afterEach(closeAll);

function probe(port: number, answerTimeoutMs = 5000): Promise<ProbeResult> {
  return probeUpstream({
    targets: [{ host: '127.0.0.1', port }],
    timeoutMs: 5000,
    answerTimeoutMs,
    clientId: 'kafka-scope-probe-test',
    tls: null,
    credentials: null,
    keylog: () => undefined,
    budget: new ReadBufferBudget(),
    refusal: () => null,
  });
}

describe('probeUpstream', () => {
  test('learns the brokers, with a Metadata version both sides speak', async () => {
    const broker = await FakeBroker.start();
    broker.brokers = [
      { id: 1, host: 'one', port: 1 },
      { id: 2, host: 'two', port: 2 },
    ];
    const result = await probe(broker.port);
    expect(result).toMatchObject({ kind: 'kafka', message: `127.0.0.1:${broker.port} is Kafka and names 2 brokers.` });
    expect(result.kind === 'kafka' && result.brokers.map(({ nodeId, host }) => `${nodeId} ${host}`)).toEqual([
      '1 one',
      '2 two',
    ]);
    expect(broker.seen.map(({ apiKey, apiVersion }) => [apiKey, apiVersion])).toEqual([
      [18, 0],
      [3, 9],
    ]);
  });

  test('says when nothing listens', async () => {
    const port = await freePort();
    expect(await probe(port)).toMatchObject({ kind: 'unreachable', reason: 'connection-refused' });
  });

  test('gives up on an upstream that never answers', async () => {
    const port = await startServer(() => undefined);
    const result = await probe(port, 30);
    expect(result.kind).toBe('silent');
    expect(result.message).toContain(
      'did not answer ApiVersions within 30 ms; clients are connected to it all the same.',
    );
  });

  test('gives up on one that never answers Metadata', async () => {
    const broker = await FakeBroker.start();
    broker.answer = ({ apiKey }) => (apiKey === 3 ? null : undefined);
    expect((await probe(broker.port, 100)).message).toContain('did not answer Metadata');
  });

  test('knows a listener with SASL by its hanging up on Metadata', async () => {
    const broker = await FakeBroker.start();
    broker.answer = ({ apiKey, socket }) => {
      if (apiKey !== 3) return undefined;
      socket.destroy();
      return null;
    };
    const result = await probe(broker.port);
    expect(result).toMatchObject({ kind: 'kafka', brokers: [] });
    expect(result.message).toContain('SASL');
  });

  test('says that the upstream speaks TLS', async () => {
    const port = await startServer((socket) => {
      socket.once('data', () => socket.end(Uint8Array.of(0x15, 3, 3, 0, 2, 2, 0x46)));
    });
    const result = await probe(port);
    expect(result.kind).toBe('not-kafka');
    expect(result.message).toContain('the broker expects TLS here');
  });

  test('says that the upstream hangs up', async () => {
    const port = await startServer((socket) => socket.destroy());
    expect(await probe(port)).toMatchObject({ kind: 'closed' });
  });
});
