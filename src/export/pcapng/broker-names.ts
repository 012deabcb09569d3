import { locateAddresses } from '../../protocol/locate-addresses.ts';
import { parseIp } from '../../wire/ip-address.ts';
import { parseEndpoint } from './endpoint.ts';
import { namedBrokersMax } from './limits.ts';

const metadataKey = 3;

/** What host names are made of (RFC 1123, and the underscore that containers have); nothing else reaches a screen. */
const hostName = /^[\w.-]{1,255}$/;

/** An address and its name. */
export interface NamedAddress {
  /** 4 or 16 bytes. */
  readonly address: Uint8Array;
  readonly name: string;
}

/**
 * Which host name belongs to the address that a broker's connection leads to: Metadata tells the name by node id, the
 * connection has the address. Of several names of one address the first counts, since a file can give it but one.
 */
export class BrokerNames {
  readonly #hosts = new Map<number, string>();
  readonly #addresses = new Map<number, string>();
  readonly #named = new Map<string, NamedAddress>();
  #fresh: NamedAddress[] = [];
  /** Sizes of the Metadata answers last read, by connection: the same size says the same. */
  readonly #sizes = new Map<number, number>();
  /** There are more brokers than are named. */
  isFull = false;

  /** True for messages that may teach names. */
  static teaches(apiKey: number | null, from: string): boolean {
    return apiKey === metadataKey && from === 'broker';
  }

  /** A connection leads to `broker` (`ip:port`), which is node `nodeId` where that is known. */
  opened(nodeId: number | null, broker: string): void {
    if (nodeId === null || !this.#hasRoom(this.#addresses, nodeId)) return;
    this.#addresses.set(nodeId, broker);
    this.#name(nodeId);
  }

  /** The connection is over. */
  closed(connection: number): void {
    this.#sizes.delete(connection);
  }

  /** Reads a Metadata answer of a connection. */
  learn(connection: number, payload: Uint8Array, apiVersion: number): void {
    if (this.#sizes.get(connection) === payload.length) return;
    this.#sizes.set(connection, payload.length);
    const located = locateAddresses(payload, metadataKey, apiVersion);
    if (located.kind !== 'located') return;
    for (const { nodeId, host } of located.sites) {
      if (!hostName.test(host) || parseIp(host) !== null || !this.#hasRoom(this.#hosts, nodeId)) continue;
      this.#hosts.set(nodeId, host);
      this.#name(nodeId);
    }
  }

  /** Names learned since the last call. */
  take(): readonly NamedAddress[] {
    const fresh = this.#fresh;
    if (fresh.length > 0) this.#fresh = [];
    return fresh;
  }

  /** All names, for the head of another file. */
  all(): readonly NamedAddress[] {
    this.#fresh = [];
    return [...this.#named.values()];
  }

  #hasRoom(map: ReadonlyMap<number, unknown>, nodeId: number): boolean {
    if (map.size < namedBrokersMax || map.has(nodeId)) return true;
    this.isFull = true;
    return false;
  }

  #name(nodeId: number): void {
    const name = this.#hosts.get(nodeId);
    const broker = this.#addresses.get(nodeId);
    if (name === undefined || broker === undefined) return;
    const { address } = parseEndpoint(broker);
    const key = address.join('.');
    if (this.#named.has(key) || this.#named.size >= namedBrokersMax) return;
    const named = { address, name };
    this.#named.set(key, named);
    this.#fresh.push(named);
  }
}
