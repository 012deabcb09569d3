import type { FieldValue } from '../protocol/field-span.ts';
import type { ContentsFound } from '../records/record-contents.ts';
import type { SpanWriter } from '../records/span-writer.ts';

/** Value of a field beside or above the bytes, nearest first; undefined where no such field was read. */
export type Lookup = (name: string) => FieldValue;

/** Where bytes stand: what they mean is nowhere in the bytes themselves. */
export interface PayloadPlace {
  /** Message, record table or format that holds them: `JoinGroupRequest`, `GroupMetadataValue`, `Record`. */
  readonly owner: string;
  /** Field of the owner: `metadata`; of a record: `key`, `value` or `headerValue`. */
  readonly field: string;
  readonly lookup: Lookup;
  /** Topic of a record; null elsewhere, and where only its unknown id is there. */
  readonly topic: string | null;
  /** Key of the record whose value this is. */
  readonly key: Uint8Array | null;
  /** Name of the header whose value this is. */
  readonly header: string | null;
  /** In a control batch. */
  readonly control: boolean;
  /** How many payloads these bytes are inside of. */
  readonly depth: number;
}

/** What this room must be told: the redaction rules are in a room that builds on this one. */
export interface PayloadHost {
  /** Does a configuration of this name hold a credential? */
  isSensitiveConfigName(name: string): boolean;
  /** Overwrites the secrets of a request or response (payload without size prefix, a copy). */
  redact(payload: Uint8Array, type: 'request' | 'response', apiKey: number, apiVersion: number): void;
  /** Name of a topic id, null while it is unknown. */
  topicName(topicId: string): string | null;
}

/** Looks into bytes inside bytes. */
export interface Payloads {
  readonly host: PayloadHost;
  /** Says what `[start, end)` of the writer's bytes are; spans of what is inside become children of the open one. */
  describe(writer: SpanWriter, start: number, end: number, place: PayloadPlace): ContentsFound;
}

/** Reads one kind of payload. A new kind is one file and one line in index.ts. */
export interface PayloadReader {
  /** What the bytes are called on the screen: `consumer subscription`. */
  readonly name: string;
  matches(place: PayloadPlace, bytes: Uint8Array): boolean;
  /**
   * Makes spans of what the writer's reader has, and fails the reader where bytes cannot be read: spans made so far
   * stay, the reason is shown. Bytes left unread are shown as trailing. Gives a remark for the span of the bytes.
   */
  read(writer: SpanWriter, place: PayloadPlace, payloads: Payloads): string | null;
}

/** Payloads inside payloads are followed this deep (a telemetry push inside an envelope needs two). */
export const payloadDepthMax = 4;

/** A place in a record or nowhere: what tests and readers start from. */
export const nowhere: PayloadPlace = Object.freeze({
  owner: '',
  field: '',
  lookup: () => undefined,
  topic: null,
  key: null,
  header: null,
  control: false,
  depth: 0,
});

/** True for bytes that the redaction has overwritten with stars. */
export function isRedacted(bytes: Uint8Array): boolean {
  return bytes.length > 0 && bytes.every((byte) => byte === 0x2a);
}
