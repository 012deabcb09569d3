import type { ConnectionId } from '../wire/segment.ts';
import type { Exchange } from './exchange.ts';

/** A fact that is not an exchange; printed as `kafka-scope/event@1`. */
export interface TrafficEvent {
  readonly kind: 'event';
  readonly atUs: number;
  /** Stable word: connection-opened, connection-closed, not-kafka, gap, incomplete-frame, listener-opened … */
  readonly event: string;
  readonly connection: ConnectionId | null;
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
}

/** A request was seen; the exchange is in flight (or already final when no answer will come). */
export interface ExchangeStarted {
  readonly kind: 'started';
  readonly exchange: Exchange;
}

/** The exchange is final: nothing of it changes any more. */
export interface ExchangeCompleted {
  readonly kind: 'completed';
  readonly exchange: Exchange;
}

export type EngineEvent = TrafficEvent | ExchangeStarted | ExchangeCompleted;
