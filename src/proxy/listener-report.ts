import type { BrokerAddress } from '../addons/rewrite-addresses.ts';
import { type BrokerBinding, upstreamName } from './broker-routes.ts';
import type { CertificateCover } from './certificate-cover.ts';
import type { EventDetail } from './event-detail.ts';
import { formatHostPort, type HostPort } from './host-port.ts';

/**
 * What is told of the ways to the brokers: which listeners opened, moved or failed, whom the certificate for clients
 * does not cover, and which connections were at the wrong broker.
 */
export class ListenerReport {
  readonly #tells: boolean;
  readonly #cover: CertificateCover | null;
  readonly #event: (event: string, detail: EventDetail) => void;

  /** `tells`: false where another proxy of the same run tells of its listeners, which are the same. */
  constructor(tells: boolean, cover: CertificateCover | null, event: (event: string, detail: EventDetail) => void) {
    this.#tells = tells;
    this.#cover = cover;
    this.#event = event;
  }

  /** The bootstrap listener is open. */
  started(address: HostPort, upstreams: readonly HostPort[]): void {
    const upstream = upstreams.map(({ host, port }) => formatHostPort(host, port)).join(',');
    if (this.#tells) this.#event('listener-opened', { ...address, nodeId: null, upstream });
    this.#warn(this.#cover?.warning() ?? null);
  }

  /** A broker has its port or name; `wantedPort` is the port of the rule when another one had to be taken, else null. */
  opened(binding: BrokerBinding, wantedPort: number | null): void {
    if (this.#tells) {
      this.#event('listener-opened', { ...bindingDetail(binding), ...(wantedPort === null ? {} : { wantedPort }) });
    }
    const { advertisedHost } = binding;
    this.#warn(advertisedHost === null ? null : (this.#cover?.warningFor(advertisedHost) ?? null));
  }

  /** A broker has another address than before; null when it was not known. */
  moved(binding: BrokerBinding, before: HostPort | null): void {
    const from = before === null ? null : formatHostPort(before.host, before.port);
    if (this.#tells) this.#event('listener-repointed', { ...bindingDetail(binding), before: from });
  }

  /** A broker got no way. */
  failed({ nodeId, host, port }: BrokerAddress, message: string): void {
    this.#event('listener-failed', { nodeId, upstream: formatHostPort(host, port), message });
  }

  /** So many connections were at another broker than this one, and were ended. */
  misled(binding: BrokerBinding, ended: number): void {
    if (ended === 0) return;
    const many = ended === 1 ? '1 connection is' : `${ended} connections are`;
    const message = `${upstreamName(binding)} is broker ${binding.nodeId} now; ${many} at another broker than was asked for and ended, so that the clients come back to the right one.`;
    this.#event('connections-misled', { ...bindingDetail(binding), connections: ended, message });
  }

  #warn(message: string | null): void {
    if (message !== null) this.#event('certificate-names', { message });
  }
}

function bindingDetail(binding: BrokerBinding): EventDetail {
  const { host, port, nodeId, endpointType } = binding;
  return { host, port, nodeId, upstream: upstreamName(binding), controller: endpointType !== 1 };
}
