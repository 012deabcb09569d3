import type { BrokerAddress } from '../addons/rewrite-addresses.ts';
import type { RequestPathHost } from './request-path.ts';

/** What the path asks of the connection it belongs to. */
export interface FramePathHost extends RequestPathHost {
  /**
   * Bytes for the client, in order; `more` of the same chunk may follow, and up to 16 KiB of them are then copied.
   * True: their memory is free again. False: it is in use until a later read.
   */
  forward(bytes: Uint8Array, more: boolean): boolean;
  /** Opens listeners and then calls `resume`; until then no broker bytes may be fed. */
  openListeners(brokers: readonly BrokerAddress[]): void;
  /** The broker is not the one, or not of the cluster, that the client takes it for (KIP-1242). */
  rebootstrapRequired(): void;
  /** A frame cannot be rewritten within the limits: the connection must end rather than leak an address. */
  refuse(reason: string): void;
  /** The response to this request, whose last byte is among those just fed, is not forwarded as it came. */
  tagged(correlationId: number, tag: string): void;
  /** The response to a request that was not looked at; its size with the prefix. */
  responseSkipped(apiKey: number, apiVersion: number, frameBytes: number, latencyUs: number): void;
}
