import type { ProxyObserver } from '../../../src/proxy/connection-context.ts';
import type { ProxyOptions, RunningProxy } from '../../../src/proxy/proxy.ts';
import { startProxyTeam, type TeamOptions } from '../../../src/runtime/data-plane/proxy-team.ts';
import { closeLater } from '../../proxy/harness.ts';

/** Starts a proxy of two threads on free ports before some upstreams. */
export async function startTeam(
  upstreamPorts: readonly number[],
  observer: ProxyObserver,
  team: Partial<TeamOptions> = {},
  options: Partial<ProxyOptions> = {},
): Promise<RunningProxy> {
  const proxy = await startProxyTeam(
    {
      listen: { host: '127.0.0.1', port: 0 },
      upstreams: upstreamPorts.map((port) => ({ host: '127.0.0.1', port })),
      advertiseHost: null,
      brokerPortsFirst: 0,
      brokerPorts: new Map(),
      connectTimeoutMs: 5000,
      connectionsMax: 100,
      drainTimeoutMs: 5000,
      handshakeTimeoutMs: 0,
      stallTimeoutMs: 0,
      idleTimeoutMs: 0,
      clientTls: null,
      upstreamTls: null,
      upstreamSasl: null,
      keylogPath: null,
      inspect: 'all',
      ...options,
    },
    observer,
    { workers: 2, ...team },
  );
  closeLater(() => proxy.close());
  return proxy;
}
