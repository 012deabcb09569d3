import { versionRange } from '../../protocol/api-keys.ts';
import { FieldKind } from '../../protocol/field-kind.ts';
import { readRequestHeader } from '../../protocol/headers.ts';
import type { MessageType } from '../../protocol/message.ts';
import { planFor, type StructPlan } from '../../protocol/plan.ts';
import { WalkFacts, walkMessage } from '../../protocol/walk.ts';
import { blankRecords, nothingBlanked } from '../../records/blank-records.ts';
import { pluralBytes } from '../../records/record-contents.ts';
import type { RecordedMessage } from './types.ts';

const star = 0x2a;
const requestHeaderBytes = 8;
const responseHeaderBytes = 4;

const facts = new WalkFacts();
const known = new Map<number, boolean>();

/**
 * Overwrites record keys, values and header values in a frame that is to be written, and says in words what was done;
 * null where there was nothing to do. Lengths stay. A frame that cannot be decoded is overwritten behind its header
 * where it may hold records: its API has some, or nobody knows its API.
 */
export function hideContents(message: RecordedMessage): string | null {
  const { bytes, apiKey, apiVersion, opaque } = message;
  if (message.rawToken) return null;
  const type = message.from === 'client' ? 'request' : 'response';
  if (apiKey === null || apiVersion === null) return overwriteBody(bytes, type);
  if (!opaque && !carriesRecords(apiKey, type)) return null;
  if (opaque || !walkMessage(bytes, type, apiKey, apiVersion, facts)) {
    return mayCarryRecords(apiKey, type) ? overwriteBody(bytes, type) : null;
  }
  const done = nothingBlanked();
  const { recordSpans } = facts;
  for (let index = 0; index + 1 < recordSpans.length; index += 2) {
    blankRecords(bytes, done, recordSpans[index], recordSpans[index + 1]);
  }
  if (facts.recordSpansOmitted > 0) {
    // Where the other partitions lie is not known, so nothing behind the known ones stays.
    bytes.fill(star, recordSpans.at(-1));
    return `contents of ${done.records} records overwritten; the other partitions are overwritten whole`;
  }
  const words: string[] = [];
  if (done.records > 0) words.push(`contents of ${done.records} records overwritten`);
  if (done.compressedBatches > 0) words.push(`${done.compressedBatches} compressed batches overwritten whole`);
  if (done.unreadBytes > 0) words.push(`${pluralBytes(done.unreadBytes)} of cut or unreadable batches overwritten`);
  return words.length === 0 ? null : words.join(', ');
}

function overwriteBody(bytes: Uint8Array, type: MessageType): string | null {
  const bodyAt =
    type === 'response' ? responseHeaderBytes : (readRequestHeader(bytes)?.bodyOffset ?? requestHeaderBytes);
  if (bytes.length <= bodyAt) return null;
  bytes.fill(star, bodyAt);
  return 'undecodable body overwritten: it may hold record contents';
}

function mayCarryRecords(apiKey: number, type: MessageType): boolean {
  return versionRange(apiKey) === null || carriesRecords(apiKey, type);
}

/** Whether a message of the API has a records field, judged by its newest version. */
function carriesRecords(apiKey: number, type: MessageType): boolean {
  const key = apiKey * 2 + (type === 'request' ? 0 : 1);
  const cached = known.get(key);
  if (cached !== undefined) return cached;
  const range = versionRange(apiKey);
  const plan = range === null ? null : planFor(apiKey, type, range.max);
  const carries = plan !== null && hasRecords(plan.body);
  // Only keys with a schema are remembered, so hostile ones cannot fill the map.
  if (range !== null) known.set(key, carries);
  return carries;
}

function hasRecords(struct: StructPlan): boolean {
  return struct.declared.some((field) => {
    const inner = field.struct ?? field.element?.struct ?? null;
    return field.kind === FieldKind.Records || (inner !== null && hasRecords(inner));
  });
}
