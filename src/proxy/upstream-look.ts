import { formatHostPort, type HostPort } from './host-port.ts';
import { type ProbeOptions, type ProbeResult, probeUpstream } from './probe.ts';

/** The proxy's looks at its upstream: whether the last one found Kafka, and whether the upstream is the proxy itself. */
export class UpstreamLook {
  readonly #options: Omit<ProbeOptions, 'targets'>;
  readonly #looped: () => boolean;
  #reached = false;

  /** `looped`: true once what such a look sends came in at a listener of our own. */
  constructor(options: Omit<ProbeOptions, 'targets'>, looped: () => boolean) {
    this.#options = options;
    this.#looped = looped;
  }

  /** True when the last look found Kafka. */
  get reached(): boolean {
    return this.#reached;
  }

  /** Looks at the first of these servers that answers; never rejects. */
  async look(servers: readonly HostPort[]): Promise<ProbeResult> {
    const found = await probeUpstream({ ...this.#options, targets: servers });
    this.#reached = found.kind === 'kafka';
    return this.#looped() && 'upstream' in found ? loopOf(found.upstream) : found;
  }
}

function loopOf(upstream: HostPort): ProbeResult {
  const name = formatHostPort(upstream.host, upstream.port);
  const message = `--upstream ${name} leads back to this proxy: what it sends there comes in at its own listener, so clients would go round for ever. Give the address of a broker.`;
  return { kind: 'loop', upstream, message };
}
