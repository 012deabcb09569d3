/** Direction of a message in Kafka's specs. */
export type MessageType = 'request' | 'response';

/**
 * A decoded value: int64 is a bigint, uuid a 22-character string, bytes and records a view into the payload (copy to
 * keep).
 */
export type FieldData = number | bigint | boolean | string | null | Uint8Array | readonly FieldData[] | Struct;

/**
 * Fields by Kafka's names, first letter lowered. Absent means: not in this version, or a tagged field at its default.
 */
export interface Struct {
  readonly [name: string]: FieldData | undefined;
}

/** A tagged field that no schema of ours names. `path` is '' at the top, else the struct: `topics[0].partitions[1]`. */
export interface UnknownTag {
  readonly in: 'header' | 'body';
  readonly path: string;
  readonly tag: number;
  readonly data: Uint8Array;
}

/** A message read whole. `trailingBytes` follow the body; brokers ignore them, so do we. */
export interface DecodedMessage {
  readonly kind: 'decoded';
  readonly type: MessageType;
  readonly apiKey: number;
  /** The version whose layout the bytes have; for an ApiVersions response with error 35 that is 0 (KIP-511). */
  readonly apiVersion: number;
  readonly headerVersion: number;
  readonly flexible: boolean;
  readonly header: Struct;
  readonly body: Struct;
  /** Every `records` field that is not null, in wire order, and where it stands. */
  readonly records: readonly Uint8Array[];
  readonly recordPaths: readonly string[];
  readonly unknownTags: readonly UnknownTag[];
  readonly trailingBytes: number;
}

/**
 * A message that cannot be read: `truncated` when it needs bytes past its end, `malformed` when its bytes contradict
 * its schema. `offset` and `path` say where reading stopped.
 */
export interface OpaqueMessage {
  readonly kind: 'opaque';
  readonly type: MessageType;
  readonly reason: 'unknown-api' | 'unknown-version' | 'malformed' | 'truncated';
  readonly detail: string;
  readonly offset: number | null;
  readonly path: string;
}

export type Message = DecodedMessage | OpaqueMessage;

/** A message read whole, as the text of JSON members and without objects. It has no unknown tags. */
export interface MessageJson {
  /** `"header":{…},"body":{…}` in the form of `bodyToJson`. */
  readonly text: string;
  /** Where its `records` fields that are not null begin and end, in wire order: start, end, start, end … */
  readonly records: readonly number[];
}
