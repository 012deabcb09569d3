/**
 * What the schema tables cannot say about an API. One file an API that has something to say, one line in `index.ts`.
 * A profile is pure knowledge: it is asked with plain numbers and answers with plain numbers; it owns no state.
 */

/** What is known of an answered exchange when its time is split into work and deliberate waiting. */
export interface WaitInput {
  readonly apiVersion: number;
  /** Latency without the time spent behind earlier requests of the connection (queued), microseconds. */
  readonly brokerTimeUs: number;
  /** When the broker could begin: the request's last byte, or the previous response if that was later. */
  readonly requestArrivedUs: number;
  /** Value of a top-level integer field of the request (one of the profile's `requestFields`); null when absent. */
  readonly request: (name: string) => number | null;
  /** Bytes of all non-null `records` fields of the response. */
  readonly recordsBytes: number;
  /** Records in the response as batch headers count them. */
  readonly recordsCount: number;
  /** Newest timestamp of the response's batches, epoch milliseconds; null when it carries none. */
  readonly lastTimestampMs: number | null;
  /** First non-zero error code of the response, 0 when there is none. */
  readonly errorCode: number;
}

/** Hand-written knowledge of one API. */
export interface ApiProfile {
  readonly apiKey: number;
  /** Top-level request fields that `waitUs` reads: what must be remembered until the response arrives. */
  readonly requestFields?: readonly string[];
  /** How much of `brokerTimeUs` the broker waited on purpose; null when this response does not tell. */
  waitUs?(input: WaitInput): number | null;
}
