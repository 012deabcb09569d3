import { afterEach, describe, expect, test } from 'vitest';
import { Engine } from '../../src/exchange/engine.ts';
import type { Exchange } from '../../src/exchange/exchange.ts';
import { Histogram } from '../../src/metrics/histogram.ts';
import type { EngineInput } from '../../src/wire/segment.ts';
import { closeAll, FakeBroker, startTestProxy, TestClient, until, Watcher } from './harness.ts';

afterEach(closeAll);

describe('what the proxy says of itself', () => {
  test('bytes in and out differ by the rewrites it lists, and each connection is audited at its end', async () => {
    const broker = await FakeBroker.start();
    const watcher = new Watcher();
    const proxy = await startTestProxy([broker.port], watcher, { hashes: true });
    await proxy.probed;
    const client = await TestClient.connect(proxy.address.port);
    client.send(3, 9, 1, { topics: null });
    const metadata = await client.next();
    expect(proxy.facts()).toMatchObject({
      rewrites: { 'addresses-rewritten': 1 },
      connections: { open: 1, draining: 0 },
      audited: 0,
      draining: false,
      upstreamReached: true,
      skippedFrames: 0,
    });
    client.socket.end();
    await until(() => proxy.connections() === 0);
    const facts = proxy.facts();
    expect([facts.audited, facts.unbalanced]).toEqual([1, 0]);
    expect(facts.bytes.toClient).toBe(metadata.length + 4);
    expect(facts.bytes.toClient - facts.bytes.fromBroker).toBe(facts.rewriteDeltaBytes);
    expect(facts.bytes.toBroker).toBe(facts.bytes.fromClient);
    expect(Histogram.load(facts.addedUs)?.count).toBe(2);
    expect(facts.inspectedFrames).toBe(2);
    const [audit] = watcher.named('connection-audit');
    expect(audit?.detail).toMatchObject({ ...facts.bytes, 'addresses-rewritten': 1, balanced: true });
    expect(audit?.detail.fromClientSha256).toBe(audit?.detail.toBrokerSha256);
    expect(audit?.detail.fromBrokerSha256).not.toBe(audit?.detail.toClientSha256);
  });

  test('a connection that was cut is not called balanced', async () => {
    const broker = await FakeBroker.start();
    const watcher = new Watcher();
    const proxy = await startTestProxy([broker.port], watcher);
    const client = await TestClient.connect(proxy.address.port);
    client.send(18, 0, 1);
    await client.next();
    client.socket.resetAndDestroy();
    await until(() => watcher.named('connection-audit').length === 1);
    expect(watcher.named('connection-audit')[0]?.detail.balanced).toBeNull();
    expect(proxy.facts().unbalanced).toBe(0);
  });

  test('an exchange knows how long its two messages lay with us', async () => {
    const broker = await FakeBroker.start();
    const engine = new Engine();
    const answered: Exchange[] = [];
    const proxy = await startTestProxy([broker.port], {
      event: () => undefined,
      receive: (input: EngineInput) => {
        engine.receive(input);
        for (let event = engine.next(); event !== undefined; event = engine.next()) {
          if (event.kind === 'completed') answered.push(event.exchange);
        }
      },
    });
    const client = await TestClient.connect(proxy.address.port);
    client.send(3, 9, 1, { topics: null });
    await client.next();
    await until(() => answered.length === 1);
    const [exchange] = answered;
    const request = exchange?.request;
    const response = exchange?.response;
    const requestUs = (request?.forwardedUs ?? Number.NaN) - (request?.lastByteUs ?? 0);
    const responseUs = (response?.forwardedUs ?? Number.NaN) - (response?.lastByteUs ?? 0);
    expect(exchange?.timing.proxyUs).toBe(requestUs + responseUs);
    expect(exchange?.timing.proxyUs).toBeGreaterThanOrEqual(0);
  });
});
