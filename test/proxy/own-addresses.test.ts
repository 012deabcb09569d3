import { afterEach, describe, expect, test } from 'vitest';
import { OwnAddresses } from '../../src/proxy/own-addresses.ts';
import { closeAll, FakeBroker, startTestProxy, TestClient, until, Watcher } from './harness.ts';

afterEach(closeAll);

describe('OwnAddresses', () => {
  test('are no brokers, those of now and those added', () => {
    const listeners = [{ host: '127.0.0.1', port: 9092 }];
    const chosen = { host: '169.254.1.1', port: 9092 };
    const own = new OwnAddresses([chosen], () => listeners);
    const broker = { host: 'broker', port: 1 };
    expect(own.refusal('127.0.0.1', 9093, broker)).toBeNull();
    listeners.push({ host: '127.0.0.1', port: 9093 });
    expect(own.refusal('127.0.0.1', 9093, broker)).toContain('listener of this proxy');
    expect(own.refusal('127.0.0.1', 9100, broker)).toBeNull();
    own.add({ host: '127.0.0.1', port: 9100 });
    expect(own.refusal('127.0.0.1', 9100, broker)).not.toBeNull();
  });

  test('an upstream the user wrote is trusted more than what a response named', () => {
    const chosen = { host: '169.254.1.1', port: 9092 };
    const own = new OwnAddresses([chosen], () => []);
    expect(own.refusal('169.254.1.1', 9092, chosen)).toBeNull();
    expect(own.refusal('169.254.1.1', 9092, { host: 'broker', port: 9092 })).toContain('link-local');
  });

  test('does not connect to itself, or where a broker cannot be', async () => {
    const broker = await FakeBroker.start();
    const watcher = new Watcher();
    const proxy = await startTestProxy([broker.port], watcher);
    await proxy.probed;
    broker.brokers = [
      { id: 1, host: '169.254.169.254', port: 80 },
      { id: 2, host: '127.0.0.1', port: proxy.address.port },
    ];
    const client = await TestClient.connect(proxy.address.port);
    client.send(3, 9, 1, { topics: null });
    await client.next();
    for (const { port } of proxy.brokers()) {
      const direct = await TestClient.connect(port);
      await until(() => direct.ended || direct.closed);
      direct.socket.destroy();
    }
    const messages = watcher.named('connection-failed').map(({ detail }) => detail.message);
    expect(messages).toEqual([
      "Will not connect to 169.254.169.254:80: 169.254.169.254 is a link-local or unspecified address, no broker's.",
      `Will not connect to 127.0.0.1:${proxy.address.port}: that is a listener of this proxy, and it would connect to itself.`,
    ]);
  });
});
