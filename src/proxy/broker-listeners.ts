import type net from 'node:net';
import type { BrokerAddress } from '../addons/rewrite-addresses.ts';
import { brokerEndpoint } from '../protocol/locate-addresses.ts';
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
import { Listener, type ListenerOpener, type OpenListener } from './listener.ts';
import { ProxyError } from './proxy-error.ts';

/** Ports tried from the wanted one upwards before any free one is taken. */
const portTriesMax = 32;

const portMax = 65_535;

/**
 * Controller n listens that much above broker n where both are known: were it to take the next free port, the ports
 * of the brokers above would depend on who was named first, and a restart would move them.
 */
const controllerPortOffset = 1000;

export interface BrokerListenersOptions {
  readonly host: string;
  /** Node n listens on `first + n`; 0: any free port. */
  readonly first: number;
  /** Node id → port, from `--broker-port`. */
  readonly pinned: ReadonlyMap<number, number>;
  /** Opens the listeners; absent: in this thread alone. */
  readonly open?: ListenerOpener;
}

interface OpenBinding extends BrokerBinding {
  upstream: HostPort | null;
  readonly listener: OpenListener;
}

/**
 * One listener for every broker the upstream has named, kept for the life of the proxy: Metadata lists live brokers
 * only, so a listener closed for a missing broker would cut clients off during every rolling restart
 * (PROTOCOL §3.11). A broker that moves keeps its port; its new connections go to the new address.
 */
export class BrokerListeners implements BrokerRoutes {
  readonly #options: BrokerListenersOptions;
  readonly #handler: BrokerRoutesHandler;
  readonly #bindings = new Map<number, OpenBinding>();
  readonly #opening = new Map<number, Promise<void>>();
  /** Brokers that got no listener, and when that is tried again; until then their addresses stay as they are. */
  readonly #retryAtUs = new Map<number, number>();
  #closed = false;

  constructor(options: BrokerListenersOptions, handler: BrokerRoutesHandler) {
    this.#options = options;
    this.#handler = handler;
  }

  list(): readonly BrokerBinding[] {
    return [...this.#bindings.values()].sort((a, b) => a.nodeId - b.nodeId || a.endpointType - b.endpointType);
  }

  learn(broker: BrokerAddress): BrokerBinding | null | undefined {
    const key = nodeKey(broker.endpointType, broker.nodeId);
    const binding = this.#bindings.get(key);
    if (binding === undefined) return nowUs() < (this.#retryAtUs.get(key) ?? 0) ? null : undefined;
    const before = binding.upstream;
    if (!isSameAddress(before, broker)) {
      binding.upstream = { host: broker.host, port: broker.port };
      this.#handler.moved(binding, before);
    }
    return binding;
  }

  /** Opens the pinned ports before any broker is known; rejects with a `ProxyError` when one cannot be had. */
  async openPinned(): Promise<void> {
    for (const [nodeId, port] of this.#options.pinned) {
      const binding = await this.#listen(brokerEndpoint, nodeId, port, null);
      this.#bindings.set(nodeKey(brokerEndpoint, nodeId), binding);
      this.#handler.opened(binding, null);
    }
  }

  async open(brokers: readonly BrokerAddress[]): Promise<void> {
    await Promise.all(brokers.map((broker) => this.#openOne(broker)));
  }

  find(endpointType: number, nodeId: number): BrokerBinding | undefined {
    return this.#bindings.get(nodeKey(endpointType, nodeId));
  }

  forgetOthers(brokers: readonly BrokerAddress[]): void {
    const kept = new Set(brokers.map(({ endpointType, nodeId }) => nodeKey(endpointType, nodeId)));
    for (const [key, binding] of this.#bindings) if (!kept.has(key)) binding.upstream = null;
    this.#handler.forgot?.();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#opening.values());
    await Promise.all([...this.#bindings.values()].map((binding) => binding.listener.close()));
  }

  #openOne(broker: BrokerAddress): Promise<void> {
    const key = nodeKey(broker.endpointType, broker.nodeId);
    const underWay = this.#opening.get(key);
    if (underWay !== undefined) return underWay;
    if (this.#closed || this.learn(broker) !== undefined) return Promise.resolve();
    if (this.#bindings.size + this.#opening.size >= brokerRoutesMax) {
      if (this.#retryAtUs.size >= brokerRoutesMax) this.#retryAtUs.clear();
      this.#retryAtUs.set(key, nowUs() + retryAfterUs);
      this.#handler.failed(
        broker,
        `There are ${brokerRoutesMax} broker listeners already; clients will reach broker ${broker.nodeId} directly.`,
      );
      return Promise.resolve();
    }
    const opening = this.#search(key, broker).finally(() => this.#opening.delete(key));
    this.#opening.set(key, opening);
    return opening;
  }

  async #search(key: number, broker: BrokerAddress): Promise<void> {
    const wanted = this.#wantedPort(broker);
    const upstream = { host: broker.host, port: broker.port };
    try {
      const binding = await this.#listenNear(broker, wanted, upstream);
      this.#bindings.set(key, binding);
      this.#handler.opened(binding, wanted === 0 || binding.port === wanted ? null : wanted);
    } catch (error) {
      this.#retryAtUs.set(key, nowUs() + retryAfterUs);
      const cause = error instanceof Error ? error.message : String(error);
      this.#handler.failed(broker, `${cause} Clients will reach broker ${broker.nodeId} directly.`);
    }
  }

  #wantedPort({ endpointType, nodeId }: BrokerAddress): number {
    const { first } = this.#options;
    if (first === 0) return 0;
    const besideBrokers = endpointType !== brokerEndpoint && this.#knowsBrokers();
    return first + nodeId + (besideBrokers ? controllerPortOffset : 0);
  }

  #knowsBrokers(): boolean {
    for (const { endpointType } of this.#bindings.values()) if (endpointType === brokerEndpoint) return true;
    return false;
  }

  /** The wanted port, else the next free one above it, else any. */
  async #listenNear(broker: BrokerAddress, wanted: number, upstream: HostPort): Promise<OpenBinding> {
    if (wanted > 0) {
      for (let port = wanted; port <= portMax && port < wanted + portTriesMax; port += 1) {
        try {
          return await this.#listen(broker.endpointType, broker.nodeId, port, upstream);
        } catch (error) {
          const taken = error instanceof ProxyError && (error.code === 'port-in-use' || error.code === 'permission');
          if (!taken) throw error;
        }
      }
    }
    return this.#listen(broker.endpointType, broker.nodeId, 0, upstream);
  }

  async #listen(endpointType: number, nodeId: number, port: number, upstream: HostPort | null): Promise<OpenBinding> {
    const { host } = this.#options;
    const option = this.#options.pinned.has(nodeId) ? `--broker-port ${nodeId}=PORT` : '--broker-ports';
    const handler = {
      accepted: (socket: net.Socket) => this.#handler.accepted(socket, binding),
      acceptFailed: (code: string) => this.#handler.acceptFailed(code),
    };
    const node = { nodeId, endpointType, upstream };
    const { open } = this.#options;
    const listener = await (open ?? Listener.open)({ host, port }, handler, option, node);
    const { port: opened } = listener.address;
    const binding: OpenBinding = { nodeId, endpointType, host, port: opened, advertisedHost: null, upstream, listener };
    return binding;
  }
}
