import type { BrokerAddress } from '../addons/rewrite-addresses.ts';
import type { AdvertisePattern } from './advertise-pattern.ts';
import {
  type BrokerBinding,
  type BrokerRoutes,
  type BrokerRoutesHandler,
  brokerRoutesMax,
  isSameAddress,
  nodeKey,
  retryAfterUs,
} from './broker-routes.ts';
import { nowUs } from './clock.ts';
import type { HostPort } from './host-port.ts';

interface NamedBinding extends BrokerBinding {
  upstream: HostPort | null;
}

/**
 * One name for every broker the upstream has named, all on the port of one TLS listener: the name in a ClientHello
 * says which broker is meant. A name costs nothing, so that none is ever missing and no response waits for one.
 */
export class SniRoutes implements BrokerRoutes {
  readonly pattern: AdvertisePattern;
  readonly #port: number;
  readonly #handler: BrokerRoutesHandler;
  readonly #bindings = new Map<number, NamedBinding>();
  /** When a broker too many is told of again. */
  #fullUntilUs = 0;

  constructor(pattern: AdvertisePattern, port: number, handler: BrokerRoutesHandler) {
    this.pattern = pattern;
    this.#port = port;
    this.#handler = handler;
  }

  list(): readonly BrokerBinding[] {
    return [...this.#bindings.values()].sort((a, b) => a.nodeId - b.nodeId || a.endpointType - b.endpointType);
  }

  find(endpointType: number, nodeId: number): BrokerBinding | undefined {
    return this.#bindings.get(nodeKey(endpointType, nodeId));
  }

  learn(broker: BrokerAddress): BrokerBinding | null {
    const key = nodeKey(broker.endpointType, broker.nodeId);
    const upstream = { host: broker.host, port: broker.port };
    const known = this.#bindings.get(key);
    if (known === undefined) return this.#add(key, broker, upstream);
    const before = known.upstream;
    if (!isSameAddress(before, upstream)) {
      known.upstream = upstream;
      this.#handler.moved(known, before);
    }
    return known;
  }

  #add(key: number, broker: BrokerAddress, upstream: HostPort): BrokerBinding | null {
    const { endpointType, nodeId } = broker;
    if (this.#bindings.size >= brokerRoutesMax) {
      if (nowUs() < this.#fullUntilUs) return null;
      this.#fullUntilUs = nowUs() + retryAfterUs;
      const message = `There are ${brokerRoutesMax} broker names already; clients will reach broker ${nodeId} directly.`;
      this.#handler.failed(broker, message);
      return null;
    }
    const host = this.pattern.hostOf(endpointType, nodeId);
    const binding: NamedBinding = { nodeId, endpointType, host, port: this.#port, advertisedHost: host, upstream };
    this.#bindings.set(key, binding);
    this.#handler.opened(binding, null);
    return binding;
  }

  async open(brokers: readonly BrokerAddress[]): Promise<void> {
    for (const broker of brokers) this.learn(broker);
  }

  forgetOthers(brokers: readonly BrokerAddress[]): void {
    const kept = new Set(brokers.map(({ endpointType, nodeId }) => nodeKey(endpointType, nodeId)));
    for (const [key, binding] of this.#bindings) if (!kept.has(key)) binding.upstream = null;
    this.#handler.forgot?.();
  }

  async close(): Promise<void> {}
}
