/** A decoded scalar as shown to a person; undefined for containers. int64 is a bigint. */
export type FieldValue = string | number | bigint | boolean | null | undefined;

/**
 * One field of a message and the bytes it came from, made only for the message on screen.
 * `start` and `end` are offsets in the payload (without the size prefix), end exclusive.
 */
export interface FieldSpan {
  /** Field name, or `[3]` for an element of an array. */
  readonly name: string;
  /** `body.topicData[0].name`: the path as `--json` spells it, headed by `header` or `body`. */
  readonly path: string;
  /** Kafka's type word in this version: `INT16`, `COMPACT_STRING`, `UUID`, `ARRAY`, `STRUCT`, `RECORDS`, `TAGGED`… */
  readonly type: string;
  readonly value: FieldValue;
  /** What a number means, where it has a name: `NOT_LEADER_OR_FOLLOWER`, `all in-sync replicas`. */
  readonly note: string | null;
  readonly start: number;
  readonly end: number;
  readonly children: readonly FieldSpan[];
  /**
   * Which byte view `start` and `end` count in, where it is not the message: records of a compressed batch lie in the
   * uncompressed bytes. The span that holds such children is still one of the message.
   */
  readonly view?: number;
}

/** Bytes that spans point into and that are not on the wire as such; `name` says what they are. */
export interface ByteView {
  readonly name: string;
  readonly bytes: Uint8Array;
}
