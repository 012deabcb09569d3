import type { BrokerAddress } from '../../addons/rewrite-addresses.ts';
import {
  type BrokerBinding,
  type BrokerRoutes,
  type BrokerRoutesHandler,
  brokerRoutesMax,
  isSameAddress,
  nodeKey,
  retryAfterUs,
} from '../../proxy/broker-routes.ts';
import { nowUs } from '../../proxy/clock.ts';
import type { HostPort } from '../../proxy/host-port.ts';
import { Listener } from '../../proxy/listener.ts';
import type { ProbeResult } from '../../proxy/probe.ts';
import type { Directory } from '../../proxy/proxy-share.ts';

interface KnownBinding extends BrokerBinding {
  upstream: HostPort | null;
}

/** Whom a follower asks; both resolve when all it asked about was told before. */
export interface Leader {
  open(brokers: readonly BrokerAddress[]): Promise<void>;
  refresh(): Promise<ProbeResult>;
  learned(broker: BrokerAddress): void;
}

/** The leader's truth about the brokers in a thread that serves clients: it asks for what it lacks, and tells news. */
export class FollowerDirectory implements Directory, BrokerRoutes {
  readonly bootstrap: readonly HostPort[];
  readonly #leader: Leader;
  readonly #handler: BrokerRoutesHandler;
  readonly #bindings = new Map<number, KnownBinding>();
  readonly #listeners = new Map<number, Listener>();
  /** Brokers for which the leader found no way, and when it is asked again. */
  readonly #retryAtUs = new Map<number, number>();
  #closed = false;

  constructor(bootstrap: readonly HostPort[], leader: Leader, handler: BrokerRoutesHandler) {
    this.bootstrap = bootstrap;
    this.#leader = leader;
    this.#handler = handler;
  }

  get routes(): BrokerRoutes {
    return this;
  }

  /** The leader looks at the cluster; this thread tells nobody what was found. */
  start(): Promise<ProbeResult> {
    return Promise.withResolvers<ProbeResult>().promise;
  }

  stop(): void {
    this.#closed = true;
  }

  refresh(): Promise<ProbeResult> {
    return this.#leader.refresh();
  }

  list(): readonly BrokerBinding[] {
    return [...this.#bindings.values()];
  }

  find(endpointType: number, nodeId: number): BrokerBinding | undefined {
    return this.#bindings.get(nodeKey(endpointType, nodeId));
  }

  learn(broker: BrokerAddress): BrokerBinding | null | undefined {
    const key = nodeKey(broker.endpointType, broker.nodeId);
    const binding = this.#bindings.get(key);
    if (binding === undefined) return nowUs() < (this.#retryAtUs.get(key) ?? 0) ? null : undefined;
    if (!isSameAddress(binding.upstream, broker)) {
      this.#leader.learned(broker);
      this.#move(binding, { host: broker.host, port: broker.port });
    }
    return binding;
  }

  async open(brokers: readonly BrokerAddress[]): Promise<void> {
    if (this.#closed) return;
    await this.#leader.open(brokers);
    for (const { endpointType, nodeId } of brokers) {
      const key = nodeKey(endpointType, nodeId);
      if (this.#bindings.has(key)) continue;
      if (this.#retryAtUs.size >= brokerRoutesMax) this.#retryAtUs.clear();
      this.#retryAtUs.set(key, nowUs() + retryAfterUs);
    }
  }

  /** The leader forgets, and tells. */
  forgetOthers(): void {}

  /** The leader knows this broker so. */
  told(told: BrokerBinding): void {
    const key = nodeKey(told.endpointType, told.nodeId);
    const binding = this.#bindings.get(key);
    if (binding === undefined) {
      const added = { ...told };
      this.#bindings.set(key, added);
      this.#handler.opened(added, null);
    } else if (told.upstream === null) binding.upstream = null;
    else if (!isSameAddress(binding.upstream, told.upstream)) this.#move(binding, told.upstream);
  }

  /** Listens on a broker's port, too; rejects with a `ProxyError`. */
  async listen(told: BrokerBinding): Promise<void> {
    if (this.#closed || this.#listeners.has(told.port)) return;
    const key = nodeKey(told.endpointType, told.nodeId);
    const { host, port } = told;
    const listener = await Listener.open(
      { host, port },
      {
        accepted: (socket) => this.#handler.accepted(socket, this.#bindings.get(key) ?? told),
        acceptFailed: (code) => this.#handler.acceptFailed(code),
      },
      '--broker-ports',
      null,
      true,
    );
    this.#listeners.set(port, listener);
    if (this.#closed) await this.unlisten(port);
  }

  async unlisten(port: number): Promise<void> {
    const listener = this.#listeners.get(port);
    this.#listeners.delete(port);
    await listener?.close();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#listeners.keys()].map((port) => this.unlisten(port)));
  }

  #move(binding: KnownBinding, upstream: HostPort): void {
    const before = binding.upstream;
    binding.upstream = upstream;
    this.#handler.moved(binding, before);
  }
}
