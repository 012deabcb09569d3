import { afterEach, describe, expect, test } from 'vitest';
import { ReadBufferBudget } from '../../src/proxy/read-buffer.ts';
import { UpstreamLook } from '../../src/proxy/upstream-look.ts';
import { closeAll, FakeBroker, freePort } from './harness.ts';

afterEach(closeAll);

function look(looped = false): UpstreamLook {
  return new UpstreamLook(
    {
      timeoutMs: 5000,
      answerTimeoutMs: 5000,
      clientId: 'kafka-scope',
      budget: new ReadBufferBudget(),
      tls: null,
      credentials: null,
      preface: null,
      keylog: () => undefined,
      refusal: () => null,
    },
    () => looped,
  );
}

describe('UpstreamLook', () => {
  test('knows whether Kafka was found last', async () => {
    const broker = await FakeBroker.start();
    const upstream = look();
    expect(upstream.reached).toBe(false);
    expect((await upstream.look([{ host: '127.0.0.1', port: broker.port }])).kind).toBe('kafka');
    expect(upstream.reached).toBe(true);
    expect((await upstream.look([{ host: '127.0.0.1', port: await freePort() }])).kind).toBe('unreachable');
    expect(upstream.reached).toBe(false);
  });

  test('an upstream that leads back to the proxy is told as that', async () => {
    const broker = await FakeBroker.start();
    const found = await look(true).look([{ host: '127.0.0.1', port: broker.port }]);
    expect(found.kind).toBe('loop');
    expect(found.message).toContain(`127.0.0.1:${broker.port} leads back to this proxy`);
  });
});
