import { afterEach, describe, expect, test } from 'vitest';
import { type ConnectFailure, describeFailure } from '../../src/proxy/connect-failure.ts';
import type { HostPort } from '../../src/proxy/host-port.ts';
import { ReadBufferBudget } from '../../src/proxy/read-buffer.ts';
import { UpstreamRace } from '../../src/proxy/upstream-race.ts';
import { closeAll, closeLater, freePort, startServer, until } from './harness.ts';

afterEach(closeAll);

interface Outcome {
  readonly target: HostPort | null;
  readonly failure: ConnectFailure | null;
}

function race(
  targets: readonly HostPort[],
  timeoutMs = 5000,
  refusal: (address: string, port: number) => string | null = () => null,
): Promise<Outcome> {
  return new Promise((resolve) => {
    new UpstreamRace(
      { targets, timeoutMs, tls: null, keylog: () => undefined, budget: new ReadBufferBudget(), refusal },
      {
        connected: (socket, target) => {
          closeLater(() => socket.destroy());
          resolve({ target, failure: null });
        },
        failed: (failure) => resolve({ target: null, failure }),
      },
    );
  });
}

const loopback = (port: number): HostPort => ({ host: '127.0.0.1', port });
/** TEST-NET-1 (RFC 5737) belongs to nobody: most networks let it go unanswered. */
const nowhere: HostPort = { host: '192.0.2.1', port: 9092 };

describe('UpstreamRace', () => {
  test('takes the first server', async () => {
    const [first, second] = [await startServer(() => undefined), await startServer(() => undefined)];
    expect((await race([loopback(first), loopback(second)])).target).toEqual(loopback(first));
  });

  test('goes on at once where a server refuses', async () => {
    const [dead, alive] = [await freePort(), await startServer(() => undefined)];
    expect((await race([loopback(dead), loopback(alive)])).target).toEqual(loopback(alive));
  });

  test('does not wait for a server that never answers', async () => {
    const alive = await startServer(() => undefined);
    expect((await race([nowhere, loopback(alive)])).target).toEqual(loopback(alive));
  });

  test('tries every address of a name', async () => {
    // localhost is ::1 and 127.0.0.1 on most machines; the server has only the second.
    const port = await startServer(() => undefined, '127.0.0.1');
    expect((await race([{ host: 'localhost', port }])).target).toEqual({ host: 'localhost', port });
  });

  test('says what is wrong, with the first cause', async () => {
    const port = await freePort();
    const { failure } = await race([loopback(port)]);
    expect(failure).toEqual({
      reason: 'connection-refused',
      message: `Nothing listens at 127.0.0.1:${port} (connection refused): start the broker there or check host and port.`,
    });
  });

  test('a name that does not exist is said so', async () => {
    // .invalid never resolves (RFC 6761).
    const { failure } = await race([{ host: 'broker.invalid', port: 9092 }], 4000);
    expect(['name-not-found', 'connect-timeout']).toContain(failure?.reason);
    expect(failure?.message).toContain('broker.invalid');
  });

  test('ends at the deadline', async () => {
    const { failure } = await race([nowhere], 50);
    // Some networks refuse or have no route at once; the race ends either way, and names the server.
    expect(failure?.message).toMatch(/192\.0\.2\.1/);
  });

  test('does not connect where it must not', async () => {
    let connections = 0;
    const port = await startServer(() => {
      connections += 1;
    });
    const { failure } = await race([loopback(port)], 5000, () => 'that is a test');
    expect(failure).toEqual({
      reason: 'address-refused',
      message: `Will not connect to 127.0.0.1:${port}: that is a test.`,
    });
    expect(connections).toBe(0);
  });

  test('without any server it fails rather than waits', async () => {
    expect((await race([])).failure?.reason).toBe('no-address');
  });

  test('a cancelled race says nothing and leaves nothing open', async () => {
    let closed = 0;
    const port = await startServer((socket) => socket.on('close', () => (closed += 1)));
    let said = 0;
    const cancelled = new UpstreamRace(
      {
        targets: [loopback(port)],
        timeoutMs: 5000,
        tls: null,
        keylog: () => undefined,
        budget: new ReadBufferBudget(),
        refusal: () => null,
      },
      { connected: () => (said += 1), failed: () => (said += 1) },
    );
    cancelled.cancel();
    await race([loopback(port)]);
    await until(() => closed >= 0);
    expect(said).toBe(0);
  });
});

test('describeFailure has words for every cause', () => {
  const target = { host: '::1', port: 1 };
  for (const code of [
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'ETIMEDOUT',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'EMFILE',
    '',
  ]) {
    const { message, reason } = describeFailure(target, code);
    expect(message).toMatch(/\.$/);
    expect(reason).toMatch(/^[a-z-]+$/);
  }
});
