import type { Message } from '@platformatic/kafka';
import type { ScenarioRecord } from '../scenario.ts';

/** A message of bytes, as the suite's consumers get them. */
export type BytesMessage = Message<Buffer, Buffer, Buffer, Buffer>;

/** A message as the library sends it. */
export interface OutgoingMessage {
  topic: string;
  key: Buffer;
  value?: Buffer;
  headers: Map<Buffer, Buffer>;
}

/** A record as the library sends it. */
export function toMessage(topic: string, record: ScenarioRecord): OutgoingMessage {
  return {
    topic,
    key: Buffer.from(record.key ?? ''),
    ...(record.value === null ? {} : { value: Buffer.from(record.value) }),
    headers: new Map(record.headers.map(([name, value]) => [Buffer.from(name), Buffer.from(value)])),
  };
}

/** The record of a scenario that came back. */
export function toRecord(message: BytesMessage): ScenarioRecord {
  // The library types key and value as never null, yet hands a tombstone's value over as null or undefined.
  const value: Buffer | null | undefined = message.value;
  const key: Buffer | null | undefined = message.key;
  return {
    key: key?.toString() ?? null,
    value: value?.toString() ?? null,
    headers: [...message.headers].map(([name, content]) => [name.toString(), content.toString()] as const),
  };
}
