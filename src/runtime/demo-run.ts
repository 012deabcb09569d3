import { startDemoCluster } from '../broker/cluster.ts';
import { startWorkload } from '../workload/workload.ts';
import { startProxyRun } from './proxy-run.ts';
import type { DemoRunConfig } from './run-config.ts';
import type { RunningSource } from './source.ts';
import type { TrafficSession } from './traffic-session.ts';

/** Embedded brokers, the real proxy before them and a seeded workload through it. */
export async function startDemoRun(config: DemoRunConfig, session: TrafficSession): Promise<RunningSource> {
  const cluster = await startDemoCluster({ brokers: 3, seed: config.seed, host: '127.0.0.1' });
  const source = await startProxyRun(
    {
      kind: 'proxy',
      listen: config.listen,
      upstreams: cluster.bootstrap,
      advertiseHost: null,
      brokerPortsFirst: 0,
      brokerPorts: [],
      connectTimeoutMs: 5_000,
      drainTimeoutMs: 2_000,
      handshakeTimeoutMs: 0,
      stallTimeoutMs: 0,
      idleTimeoutMs: 0,
      connectionsMax: 1_000,
      clientTls: null,
      upstreamTls: null,
      upstreamSasl: null,
      keylogPath: null,
      inspect: 'all',
      hashes: false,
    },
    session,
    'demo',
  ).catch(async (error: unknown) => {
    await cluster.close();
    throw error;
  });
  const workload = await startWorkload({ bootstrap: source.proxy.address, seed: config.seed });
  let stopping: Promise<void> | null = null;
  const stop = () => {
    stopping ??= (async () => {
      clearTimeout(timer);
      await workload.stop();
      await source.close();
      await cluster.close();
    })();
    return stopping;
  };
  const timer =
    config.durationMs === null ? undefined : setTimeout(() => stop().catch(() => undefined), config.durationMs);
  return {
    session,
    ended: source.ended.then(async (end) => {
      await stopping;
      return end;
    }),
    face: () => ({
      ...source.face(),
      source: 'embedded cluster of 3 brokers behind the proxy',
      notice: workload.failures()[0] ?? cluster.failures()[0] ?? source.face().notice,
    }),
    drain: stop,
    close: stop,
  };
}
