import { brokerEndpoint } from '../protocol/locate-addresses.ts';
import { type BrokerRoutes, isSameAddress } from './broker-routes.ts';
import type { ConnectFailure } from './connect-failure.ts';
import type { HostPort } from './host-port.ts';
import type { ProbeResult } from './probe.ts';
import { openUpstream, type UpstreamHandler, type UpstreamOpening, type UpstreamOptions } from './upstream.ts';

/** Where a connection leads. */
export interface Destination {
  /** Servers to try; none for a node whose address is not known yet. */
  readonly targets: readonly HostPort[];
  /** The node the client asked for by port or name; null on the bootstrap listener. */
  readonly nodeId: number | null;
  /** 1 broker, 2 controller. */
  readonly endpointType: number;
}

/** Who knows where nodes are, and can be told to look again. */
export interface NodeDirectory {
  readonly routes: BrokerRoutes;
  readonly bootstrap: readonly HostPort[];
  /** What the cluster says of its nodes now; `routes` has heard it when this resolves. Never rejects. */
  refresh(): Promise<ProbeResult>;
}

/**
 * The way of one connection to its broker: the race to its addresses and, for a node, one question to the cluster
 * where the node's address is unknown or nobody answers there. A broker may have moved while no client asked for it.
 */
export class UpstreamRoute {
  readonly #options: UpstreamOptions;
  readonly #destination: Destination;
  readonly #directory: NodeDirectory;
  readonly #handler: UpstreamHandler;
  #race: UpstreamOpening | null = null;
  #deadline: NodeJS.Timeout | null = null;
  #over = false;

  constructor(options: UpstreamOptions, destination: Destination, directory: NodeDirectory, handler: UpstreamHandler) {
    this.#options = options;
    this.#destination = destination;
    this.#directory = directory;
    this.#handler = handler;
    if (destination.targets.length > 0) this.#start(destination.targets, null);
    else this.#ask(null);
  }

  /** Gives up without a word to the handler. */
  cancel(): void {
    this.#over = true;
    this.#race?.cancel();
    if (this.#deadline !== null) clearTimeout(this.#deadline);
  }

  /** Races to these addresses; `before` is what became of the first try, null while this is it. */
  #start(targets: readonly HostPort[], before: ConnectFailure | null): void {
    const mayHaveMoved = this.#destination.nodeId !== null && before === null && this.#destination.targets.length > 0;
    this.#race = openUpstream(
      { ...this.#options, targets },
      {
        connected: (socket, target, login) => {
          this.#over = true;
          this.#handler.connected(socket, target, login);
        },
        failed: (failure) => {
          this.#race = null;
          if (mayHaveMoved && isAbsence(failure)) this.#ask(failure);
          else this.#fail(failure);
        },
      },
    );
  }

  /** Asks the cluster where the node is, for as long as connecting may take. */
  #ask(failure: ConnectFailure | null): void {
    this.#deadline = setTimeout(() => {
      this.#fail(failure ?? this.#notNamed('the cluster did not answer Metadata in time'));
    }, this.#options.timeoutMs);
    void this.#directory.refresh().then((result) => this.#told(result, failure));
  }

  #told(result: ProbeResult, failure: ConnectFailure | null): void {
    if (this.#over) return;
    if (this.#deadline !== null) clearTimeout(this.#deadline);
    const { nodeId, endpointType, targets } = this.#destination;
    const found = nodeId === null ? null : (this.#directory.routes.find(endpointType, nodeId)?.upstream ?? null);
    if (failure !== null) {
      const moved = found !== null && !targets.some((target) => isSameAddress(target, found));
      if (moved) this.#start([found], failure);
      else this.#fail({ reason: failure.reason, message: `${failure.message} ${whatMetadataSaid(result)}` });
      return;
    }
    if (found !== null) this.#start([found], null);
    else if (result.kind === 'kafka' && result.brokers.length === 0) {
      // A listener with SASL tells us nothing. Any broker can let the client in and tell it, and us, where this node is.
      this.#start(this.#directory.bootstrap, null);
    } else {
      this.#fail(this.#notNamed(result.kind === 'kafka' ? `it names ${idsOf(result)}` : result.message));
    }
  }

  #notNamed(detail: string): ConnectFailure {
    const { nodeId, endpointType } = this.#destination;
    const node = `${endpointType === brokerEndpoint ? 'broker' : 'controller'} ${nodeId ?? '?'}`;
    const end = detail.endsWith('.') ? '' : '.';
    const message = `Nobody has named ${node} yet, so there is nowhere to connect it to; asked for Metadata: ${detail}${end}`;
    return { reason: 'broker-unknown', message };
  }

  #fail(failure: ConnectFailure): void {
    if (this.#over) return;
    this.cancel();
    this.#handler.failed(failure);
  }
}

/** True where a broker that moved away would look like this; a certificate or a refusal of ours does not. */
function isAbsence({ reason }: ConnectFailure): boolean {
  return ['connection-refused', 'connect-timeout', 'unreachable', 'name-not-found', 'connect-failed'].includes(reason);
}

function whatMetadataSaid(result: ProbeResult): string {
  if (result.kind === 'kafka' && result.brokers.length > 0) return 'Metadata, asked again, knows no other address.';
  return 'The cluster could not be asked for another address.';
}

/** Ids listed in a sentence; a cluster may have hundreds. */
const idsMax = 12;

function idsOf({ brokers }: ProbeResult & { kind: 'kafka' }): string {
  const ids = brokers.map(({ nodeId }) => nodeId).sort((a, b) => a - b);
  const more = ids.length > idsMax ? ` and ${ids.length - idsMax} more` : '';
  return `${ids.length === 1 ? 'broker' : 'brokers'} ${ids.slice(0, idsMax).join(', ')}${more}`;
}
