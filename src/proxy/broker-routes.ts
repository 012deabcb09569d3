import type net from 'node:net';
import type { BrokerAddress } from '../addons/rewrite-addresses.ts';
import { formatHostPort, type HostPort } from './host-port.ts';

/** Brokers that get a way through the proxy; a hostile upstream that names more gets no more. */
export const brokerRoutesMax = 1024;

/** Pause before a broker that got no way is tried again. */
export const retryAfterUs = 10_000_000;

/** A broker and where clients reach it. */
export interface BrokerBinding {
  readonly nodeId: number;
  /** 1 broker, 2 controller (KIP-919). */
  readonly endpointType: number;
  /** The host listened on, or the name by which TLS clients ask for this broker. */
  readonly host: string;
  readonly port: number;
  /** What clients are told; null: the address on which they came. */
  readonly advertisedHost: string | null;
  /** The broker's own address; null while it is not known. */
  readonly upstream: HostPort | null;
}

/** Who hears of the ways to the brokers. */
export interface BrokerRoutesHandler {
  /** A client came to a broker's own port. */
  accepted(socket: net.Socket, binding: BrokerBinding): void;
  acceptFailed(code: string): void;
  /** `wantedPort` is the port of the rule when another one had to be taken, else null. */
  opened(binding: BrokerBinding, wantedPort: number | null): void;
  /** The broker has another address than before; `before` is null when it was not known. */
  moved(binding: BrokerBinding, before: HostPort | null): void;
  failed(broker: BrokerAddress, message: string): void;
  /** The addresses of some brokers were forgotten. */
  forgot?(): void;
}

/** How clients reach the brokers: by a port for each (`BrokerListeners`), or by a name for each (`SniRoutes`). */
export interface BrokerRoutes {
  /** All bindings, by node id. */
  list(): readonly BrokerBinding[];
  /** The binding of a broker, told its newest address; null when it gets none, undefined when it has none yet. */
  learn(broker: BrokerAddress): BrokerBinding | null | undefined;
  /** The binding of a node; undefined when there is none. */
  find(endpointType: number, nodeId: number): BrokerBinding | undefined;
  /** Makes a binding for each broker that has none; resolves when each has one or has failed, loudly. */
  open(brokers: readonly BrokerAddress[]): Promise<void>;
  /** Forgets the addresses, but not the ports and names, of all brokers not among these: another cluster has begun. */
  forgetOthers(brokers: readonly BrokerAddress[]): void;
  close(): Promise<void>;
}

/** The key of a node within one cluster: broker and controller of one id are two (PROTOCOL §3.5). */
export function nodeKey(endpointType: number, nodeId: number): number {
  return endpointType * 0x1_0000_0000 + (nodeId >>> 0);
}

/** Names a broker's own address for a person; `?` while it is not known. */
export function upstreamName(binding: BrokerBinding): string {
  return binding.upstream === null ? '?' : formatHostPort(binding.upstream.host, binding.upstream.port);
}

/** True when both are the same address, as it is written. */
export function isSameAddress(one: HostPort | null, other: HostPort | null): boolean {
  return one !== null && other !== null && one.port === other.port && one.host === other.host;
}
