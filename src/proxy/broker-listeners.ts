import type net from 'node:net';
import type { BrokerAddress } from '../addons/rewrite-addresses.ts';
import { brokerEndpoint } from '../protocol/locate-addresses.ts';
import { nowUs } from './clock.ts';
import { formatHostPort, type HostPort } from './host-port.ts';
import { Listener } from './listener.ts';
import { ProxyError } from './proxy-error.ts';

/** Listeners opened for brokers; a hostile upstream that names more gets no more. */
export const brokerListenersMax = 1024;

/** Ports tried from the wanted one upwards before any free one is taken. */
const portTriesMax = 32;

const portMax = 65_535;

/** Pause before a listener that could not be opened is tried again. */
const retryAfterUs = 10_000_000;

/** A broker and the port on which clients reach it. */
export interface BrokerBinding {
  readonly nodeId: number;
  /** 1 broker, 2 controller (KIP-919). */
  readonly endpointType: number;
  readonly host: string;
  readonly port: number;
  /** The broker's own address; null for a pinned port whose broker has not been seen yet. */
  readonly upstream: HostPort | null;
}

export interface BrokerListenersOptions {
  readonly host: string;
  /** Node n listens on `first + n`; 0: any free port. */
  readonly first: number;
  /** Node id → port, from `--broker-port`. */
  readonly pinned: ReadonlyMap<number, number>;
}

export interface BrokerListenersHandler {
  accepted(socket: net.Socket, binding: BrokerBinding): void;
  acceptFailed(code: string): void;
  /** `wantedPort` is the port of the rule when another one had to be taken, else null. */
  opened(binding: BrokerBinding, wantedPort: number | null): void;
  /** The broker has another address than before; `before` is null when a pinned port learns its broker. */
  moved(binding: BrokerBinding, before: HostPort | null): void;
  failed(broker: BrokerAddress, message: string): void;
}

interface OpenBinding extends BrokerBinding {
  upstream: HostPort | null;
  readonly listener: Listener;
}

/**
 * One listener for every broker the upstream has named, kept for the life of the proxy: Metadata lists live brokers
 * only, so a listener closed for a missing broker would cut clients off during every rolling restart
 * (PROTOCOL §3.11). A broker that moves keeps its port; its new connections go to the new address.
 */
export class BrokerListeners {
  readonly #options: BrokerListenersOptions;
  readonly #handler: BrokerListenersHandler;
  readonly #bindings = new Map<string, OpenBinding>();
  readonly #opening = new Map<string, Promise<void>>();
  /** Brokers that got no listener, and when that is tried again; until then their addresses stay as they are. */
  readonly #retryAtUs = new Map<string, number>();
  #closed = false;

  constructor(options: BrokerListenersOptions, handler: BrokerListenersHandler) {
    this.#options = options;
    this.#handler = handler;
  }

  /** All bindings, by node id. */
  list(): readonly BrokerBinding[] {
    return [...this.#bindings.values()].sort((a, b) => a.nodeId - b.nodeId || a.endpointType - b.endpointType);
  }

  /** The binding of a broker, told its newest address; null when it gets none, undefined when it has none yet. */
  learn(broker: BrokerAddress): BrokerBinding | null | undefined {
    const key = bindingKey(broker.endpointType, broker.nodeId);
    const binding = this.#bindings.get(key);
    if (binding === undefined) return nowUs() < (this.#retryAtUs.get(key) ?? 0) ? null : undefined;
    const before = binding.upstream;
    if (before === null || before.port !== broker.port || before.host !== broker.host) {
      binding.upstream = { host: broker.host, port: broker.port };
      this.#handler.moved(binding, before);
    }
    return binding;
  }

  /** Opens the pinned ports before any broker is known; rejects with a `ProxyError` when one cannot be had. */
  async openPinned(): Promise<void> {
    for (const [nodeId, port] of this.#options.pinned) {
      const binding = await this.#listen(brokerEndpoint, nodeId, port, null);
      this.#bindings.set(bindingKey(brokerEndpoint, nodeId), binding);
      this.#handler.opened(binding, null);
    }
  }

  /** Opens a listener for each broker that has none; resolves when each is open or has failed, loudly. */
  async open(brokers: readonly BrokerAddress[]): Promise<void> {
    await Promise.all(brokers.map((broker) => this.#openOne(broker)));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#opening.values());
    await Promise.all([...this.#bindings.values()].map((binding) => binding.listener.close()));
  }

  #openOne(broker: BrokerAddress): Promise<void> {
    const key = bindingKey(broker.endpointType, broker.nodeId);
    const underWay = this.#opening.get(key);
    if (underWay !== undefined) return underWay;
    if (this.#closed || this.learn(broker) !== undefined) return Promise.resolve();
    if (this.#bindings.size + this.#opening.size >= brokerListenersMax) {
      if (this.#retryAtUs.size >= brokerListenersMax) this.#retryAtUs.clear();
      this.#retryAtUs.set(key, nowUs() + retryAfterUs);
      this.#handler.failed(
        broker,
        `There are ${brokerListenersMax} broker listeners already; clients will reach broker ${broker.nodeId} directly.`,
      );
      return Promise.resolve();
    }
    const opening = this.#search(key, broker).finally(() => this.#opening.delete(key));
    this.#opening.set(key, opening);
    return opening;
  }

  async #search(key: string, broker: BrokerAddress): Promise<void> {
    const wanted = this.#options.first === 0 ? 0 : this.#options.first + broker.nodeId;
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
    const listener = await Listener.open({ host, port }, handler, option);
    const binding: OpenBinding = { nodeId, endpointType, host, port: listener.address.port, upstream, listener };
    return binding;
  }
}

function bindingKey(endpointType: number, nodeId: number): string {
  return `${endpointType}:${nodeId}`;
}

/** Names a broker's own address for a person; `?` while it is not known. */
export function upstreamName(binding: BrokerBinding): string {
  return binding.upstream === null ? '?' : formatHostPort(binding.upstream.host, binding.upstream.port);
}
