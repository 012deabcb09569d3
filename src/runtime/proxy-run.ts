import { formatHostPort } from '../proxy/host-port.ts';
import { type RunningProxy, startProxy } from '../proxy/proxy.ts';
import { nowUs } from './clock.ts';
import type { ProxyRunConfig } from './run-config.ts';
import type { RunningSource, SourceFace } from './source.ts';
import type { TrafficSession } from './traffic-session.ts';

/** Starts the proxy on a session. Rejects with a ProxyError when it cannot listen. */
export async function startProxyRun(
  config: ProxyRunConfig,
  session: TrafficSession,
  mode: SourceFace['mode'] = 'proxy',
): Promise<RunningSource & { readonly proxy: RunningProxy }> {
  let upstreamProblem: string | null = null;
  const proxy = await startProxy(
    {
      listen: config.listen,
      upstreams: config.upstreams,
      advertiseHost: config.advertiseHost,
      brokerPortsFirst: config.brokerPortsFirst,
      brokerPorts: new Map(config.brokerPorts),
      connectTimeoutMs: config.connectTimeoutMs,
      connectionsMax: config.connectionsMax,
      drainTimeoutMs: config.drainTimeoutMs,
    },
    {
      receive: (input) => session.receive(input),
      event: (event) => {
        const sentence = event.detail['sentence'];
        if (event.event === 'upstream-unreachable' && typeof sentence === 'string') upstreamProblem = sentence;
        if (event.event === 'upstream-reached') upstreamProblem = null;
        session.event(event);
      },
    },
  );
  let finish: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const upstream = config.upstreams.map(({ host, port }) => formatHostPort(host, port)).join(',');
  const listening = formatHostPort(proxy.address.host, proxy.address.port);
  const end = async (stop: () => Promise<void>) => {
    await stop();
    finish();
  };
  return {
    session,
    proxy,
    ended: closed.then(() => ({ packets: null, bytes: session.bytes })),
    face: () => ({
      mode,
      source: `${listening} → ${upstream}`,
      notice: upstreamProblem ?? noticeOf(proxy, listening, upstream),
      reading: null,
      finished: false,
      nowUs: nowUs(),
    }),
    drain: () => end(() => proxy.drain()),
    close: () => end(() => proxy.close()),
  };
}

function noticeOf(proxy: RunningProxy, listening: string, upstream: string): string {
  const brokers = proxy.brokers();
  const ports = brokers.map((broker) => broker.port);
  const mapped =
    brokers.length === 0
      ? 'no brokers named yet'
      : `${brokers.length} brokers mapped to :${Math.min(...ports)}-${Math.max(...ports)}`;
  return `Listening on ${listening} → ${upstream} (${mapped}). Point a client at it: kcat -b ${listening} -L`;
}
