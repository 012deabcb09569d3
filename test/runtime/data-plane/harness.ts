import type { ProxyObserver } from '../../../src/proxy/connection-context.ts';
import type { RunningProxy } from '../../../src/proxy/proxy.ts';
import type { ProxyOptions } from '../../../src/proxy/proxy-options.ts';
import { startProxyTeam, type TeamOptions } from '../../../src/runtime/data-plane/proxy-team.ts';
import { closeLater, testProxyOptions } from '../../proxy/harness.ts';

/** Starts a proxy of two threads on free ports before some upstreams. */
export async function startTeam(
  upstreamPorts: readonly number[],
  observer: ProxyObserver,
  team: Partial<TeamOptions> = {},
  options: Partial<ProxyOptions> = {},
): Promise<RunningProxy> {
  const proxy = await startProxyTeam(
    testProxyOptions(upstreamPorts, { drainTimeoutMs: 5000, inspect: 'all', ...options }),
    observer,
    { workers: 2, ...team },
  );
  closeLater(() => proxy.close());
  return proxy;
}
