import type { Exchange } from '../../exchange/exchange.ts';
import type { ConnectionId } from '../../wire/segment.ts';

/**
 * A connection on which nothing but handshakes was answered so far: what the doctor remembers of it. One that got an
 * ordinary answer is healthy and forgotten.
 */
export interface Opening {
  readonly connection: ConnectionId;
  readonly client: string;
  readonly broker: string;
  readonly nodeId: number | null;
  readonly midstream: boolean;
  /** ApiVersions was answered. */
  negotiated: boolean;
  /** A SaslHandshake was answered. */
  shookHands: boolean;
  /** The first request that was never answered. */
  unanswered: Exchange | null;
  /** A diagnosis was made already: its end needs no other. */
  diagnosed: boolean;
}
