import type { ScenarioRecord } from '../scenario.ts';

/** Between key and value on kcat's standard input. */
export const keyDelimiter = '\u0001';

/** A record as `kcat -J` prints it. */
export interface KcatMessage {
  readonly partition: number;
  readonly offset: number;
  readonly headers?: readonly string[];
  readonly key: string | null;
  readonly payload: string | null;
}

/** The record of a scenario that came back. */
export function toRecord(message: KcatMessage): ScenarioRecord {
  const headers: [string, string][] = [];
  const flat = message.headers ?? [];
  for (let index = 0; index + 1 < flat.length; index += 2) {
    headers.push([flat[index] ?? '', flat[index + 1] ?? '']);
  }
  return { key: message.key, value: message.payload, headers };
}
