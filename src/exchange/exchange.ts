import type { FieldNames } from '../protocol/field-names.ts';
import type { ConnectionId, TlsFacts } from '../wire/segment.ts';

/** The fate of a request. `in-flight` exists only in snapshots; see CONTRACT for the rest. */
export type ExchangeStatus = 'in-flight' | 'answered' | 'unanswered-by-design' | 'abandoned' | 'orphan';

export type OpaqueReason = 'unknown-api' | 'unknown-version' | 'malformed' | 'truncated' | 'sasl-token' | 'redacted';

/** Why a message has no decoded body. `offset` is the place in the payload where decoding stopped, where known. */
export interface Opaque {
  readonly reason: OpaqueReason;
  readonly detail: string;
  readonly offset: number | null;
}

/** The API versions a broker offers. */
export interface OfferedVersions {
  /** Lowest and highest version of an API; null when the broker does not offer it. */
  rangeOf(apiKey: number): { readonly min: number; readonly max: number } | null;
}

/** What is known of a TCP connection. One object a connection, shared by all its exchanges. */
export interface ConnectionFacts {
  readonly id: ConnectionId;
  readonly client: string;
  readonly broker: string;
  nodeId: number | null;
  tls: TlsFacts | null;
  sasl: { mechanism: string } | null;
  principal: string | null;
  /** The service whose ticket a GSSAPI client brought, as `kafka/host@REALM`; null until one was seen. */
  kerberosService: string | null;
  readonly openedAtUs: number;
  /** Learned from ApiVersions v3+; null until seen. */
  software: string | null;
  softwareVersion: string | null;
  /** What the broker's last ApiVersions response offered on this connection; null until seen. */
  offered: OfferedVersions | null;
  /** What was learned so far of the names behind ids, for whoever shows a message. */
  readonly names: FieldNames;
}

/** What a Fetch, ShareFetch or ShareAcknowledge request is to its session (KIP-227, KIP-932). */
export interface SessionFacts {
  /** Id of the fetch session, learned from the first response; null for none, and for share sessions, which have none. */
  readonly id: number | null;
  readonly epoch: number;
  /** `full` asks for a new session, `incremental` goes on with one, `closing` ends one, `sessionless` wants none. */
  readonly kind: 'full' | 'incremental' | 'closing' | 'sessionless';
  /** Partitions known to be in the session after this request; null when there is no session. */
  readonly partitions: number | null;
  /** The session may hold more partitions than are known: it began unseen, or something was missed. */
  readonly partial: boolean;
}

/** One side of an exchange: the frame as kept (secret bytes already overwritten) and its clock. */
export interface MessageFacts {
  readonly atUs: number;
  readonly lastByteUs: number;
  /** When the proxy had handed the last byte on; null or absent in captures. */
  readonly forwardedUs?: number | null;
  /** Size without the 4-byte prefix. */
  readonly sizeBytes: number;
  /** The payload, our own copy. */
  readonly bytes: Uint8Array;
  readonly opaque: Opaque | null;
}

/** CONTRACT's `timing`: microseconds, null where not known. latency = queued + broker + wait. */
export interface Timing {
  readonly latencyUs: number | null;
  readonly queuedUs: number | null;
  readonly brokerUs: number | null;
  readonly waitUs: number | null;
  readonly throttleUs: number | null;
  readonly requestTransferUs: number | null;
  readonly responseTransferUs: number | null;
  readonly proxyUs: number | null;
}

export interface ErrorFact {
  readonly code: number;
  readonly name: string;
  readonly path: string;
  readonly message: string | null;
}

/** Facts of the record batches an exchange carries, from batch headers only. */
export interface RecordsFacts {
  readonly count: number;
  readonly batches: number;
  readonly bytes: number;
  readonly uncompressedBytes: number | null;
  readonly codecs: readonly string[];
}

/** A request and its fate. Mutable while in flight; final once its status is no longer `in-flight`. */
export interface Exchange {
  readonly seq: number;
  status: ExchangeStatus;
  readonly connection: ConnectionFacts;
  /** Client id of the request header; null when the header has none or the request was not seen. */
  readonly clientId: string | null;
  /** null for raw SASL tokens, which have no Kafka header at all. */
  readonly apiKey: number | null;
  readonly apiVersion: number | null;
  readonly guessed: boolean;
  readonly correlationId: number | null;
  request: MessageFacts | null;
  response: MessageFacts | null;
  timing: Timing;
  throttleTimeMs: number | null;
  /** At most `errorsPerExchangeMax`, as many codes as possible among them. */
  errors: readonly ErrorFact[];
  /** Non-zero error codes of the response beyond the ones listed. */
  errorsOmitted: number;
  /** Topic names, or 22-character ids where the name is unknown; at most `topicsPerExchangeMax`. */
  topics: readonly string[];
  /** How many distinct topics the message names, also beyond the ones listed. */
  topicCount: number;
  group: string | null;
  transactionalId: string | null;
  records: RecordsFacts | null;
  /** Partitions whose records are not in `records`: a message names more than `recordSpansMax`. */
  partitionsOmitted: number;
  /** null when the API or its version has no sessions. */
  session: SessionFacts | null;
  tags: readonly string[];
}

/** Unknown everywhere: the timing of an exchange that has not been answered. */
export const unknownTiming: Timing = Object.freeze({
  latencyUs: null,
  queuedUs: null,
  brokerUs: null,
  waitUs: null,
  throttleUs: null,
  requestTransferUs: null,
  responseTransferUs: null,
  proxyUs: null,
});
