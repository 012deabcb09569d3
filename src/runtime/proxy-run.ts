import type { BrokerBinding } from '../proxy/broker-routes.ts';
import { nowUs } from '../proxy/clock.ts';
import type { ProxyObserver } from '../proxy/connection-context.ts';
import { formatHostPort } from '../proxy/host-port.ts';
import { type RunningProxy, startProxy } from '../proxy/proxy.ts';
import type { ProxyOptions } from '../proxy/proxy-options.ts';
import type { ProxyRunConfig } from './run-config.ts';
import { RunError } from './run-error.ts';
import type { RunningSource, SourceFace } from './source.ts';
import type { TrafficSession } from './traffic-session.ts';

/** What no waiting mends: a name that nobody knows, an address that is our own. */
const typingErrors: ReadonlySet<string> = new Set(['name-not-found', 'address-refused']);
/** Events that say why clients cannot be served. */
const upstreamProblems: ReadonlySet<string> = new Set(['upstream-unreachable', 'upstream-authentication-failed']);

/** Starts the proxy on a session. Rejects with a ProxyError when it cannot listen. */
export async function startProxyRun(
  config: ProxyRunConfig,
  session: TrafficSession,
  mode: SourceFace['mode'] = 'proxy',
): Promise<RunningSource & { readonly proxy: RunningProxy }> {
  let upstreamProblem: string | null = null;
  const proxy = await start(
    config.workers ?? 0,
    {
      listen: config.listen,
      upstreams: config.upstreams,
      advertiseHost: config.advertiseHost,
      advertisePattern: config.advertisePattern ?? null,
      proxyProtocol: config.proxyProtocol ?? { in: false, out: false },
      brokerPortsFirst: config.brokerPortsFirst,
      brokerPorts: new Map(config.brokerPorts),
      connectTimeoutMs: config.connectTimeoutMs,
      connectionsMax: config.connectionsMax,
      drainTimeoutMs: config.drainTimeoutMs,
      handshakeTimeoutMs: config.handshakeTimeoutMs,
      stallTimeoutMs: config.stallTimeoutMs,
      idleTimeoutMs: config.idleTimeoutMs,
      clientTls: config.clientTls,
      upstreamTls: config.upstreamTls,
      upstreamSasl: config.upstreamSasl,
      keylogPath: config.keylogPath,
      inspect: config.inspect,
      hashes: config.hashes,
    },
    {
      receive: (input) => session.receive(input),
      skipped: (row, atUs) => session.skipped(row, atUs),
      event: (event) => {
        const { message } = event.detail;
        if (upstreamProblems.has(event.event) && typeof message === 'string') upstreamProblem = message;
        if (event.event === 'upstream-reached' || event.event === 'upstream-authenticated') upstreamProblem = null;
        session.event(event);
      },
    },
  );
  const closed = Promise.withResolvers<void>();
  const upstream = config.upstreams.map(({ host, port }) => formatHostPort(host, port)).join(',');
  const listening = formatHostPort(proxy.address.host, proxy.address.port);
  const end = async (stop: () => Promise<void>) => {
    await stop();
    closed.resolve();
  };
  // A name that nobody knows will not appear while we wait: that is a typing error. A broker that is down may come up.
  proxy.probed.then(async (result) => {
    const isTypo = result.kind === 'loop' || (result.kind === 'unreachable' && typingErrors.has(result.reason));
    if (!isTypo) return;
    await proxy.close();
    closed.reject(new RunError(result.message, 'upstream-unreachable'));
  }, closed.reject);
  return {
    session,
    proxy,
    ended: closed.promise.then(() => ({ packets: null, bytes: session.bytes })),
    face: () => ({
      mode,
      source: `${listening} → ${upstream}`,
      notice: upstreamProblem ?? noticeOf(proxy, listening, upstream),
      reading: null,
      finished: false,
      nowUs: nowUs(),
      path: proxy.facts(),
    }),
    registerOwnAddress: (address) => proxy.registerOwnAddress(address),
    drain: () => end(() => proxy.drain()),
    close: () => end(() => proxy.close()),
  };
}

/** The code of threads loads only where there are any. */
async function start(workers: number, options: ProxyOptions, observer: ProxyObserver): Promise<RunningProxy> {
  if (workers === 0) return startProxy(options, observer);
  const { startProxyTeam } = await import('./data-plane/proxy-team.ts');
  return startProxyTeam(options, observer, { workers });
}

function noticeOf(proxy: RunningProxy, listening: string, upstream: string): string {
  const brokers = proxy.brokers();
  const mapped = brokers.length === 0 ? 'no brokers named yet' : `${brokers.length} brokers ${placeOf(brokers)}`;
  return `Listening on ${listening} → ${upstream} (${mapped}). Point a client at it: kcat -b ${listening} -L`;
}

function placeOf(brokers: readonly BrokerBinding[]): string {
  const name = brokers[0]?.advertisedHost ?? null;
  if (name !== null) return `by name, ${name}${brokers.length === 1 ? '' : ' …'}`;
  const ports = brokers.map((broker) => broker.port);
  return `mapped to :${Math.min(...ports)}-${Math.max(...ports)}`;
}
