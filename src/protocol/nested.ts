import { Reader } from '../wire/reader.ts';
import { StructDecoder } from './decode.ts';
import type { Struct, UnknownTag } from './message.ts';
import { planTable, type StructPlan } from './plan.ts';
import { dataTables } from './schema/index.ts';
import { type MessageTable, parseVersions, versionBounds } from './table.ts';

/**
 * Data that travels inside bytes fields and control records. `prefixed` kinds begin with an int16 version; the others
 * have their version as their own first field.
 */
interface NestedKind {
  readonly table: MessageTable;
  readonly prefixed: boolean;
}

const prefixedKinds = new Set([
  'ConsumerProtocolSubscription',
  'ConsumerProtocolAssignment',
  'DefaultPrincipalData',
  'EndTxnMarker',
]);
const selfVersioned = new Set([
  'LeaderChangeMessage',
  'SnapshotHeaderRecord',
  'SnapshotFooterRecord',
  'KRaftVersionRecord',
  'VotersRecord',
]);

const kinds = new Map<string, NestedKind>();
for (const table of dataTables) {
  const prefixed = prefixedKinds.has(table.name);
  if (prefixed || selfVersioned.has(table.name)) kinds.set(table.name, { table, prefixed });
}

/** Names of the kinds that `decodeNested` reads. */
export const nestedKinds: readonly string[] = [...kinds.keys()];

/** What a control record's key says it is (`ControlRecordType`), by the type in its second int16. */
const controlTypes: readonly string[] = [
  'ABORT',
  'COMMIT',
  'LEADER_CHANGE',
  'SNAPSHOT_HEADER',
  'SNAPSHOT_FOOTER',
  'KRAFT_VERSION',
  'KRAFT_VOTERS',
];

/** Data read whole; `version` is the one the bytes state, also where it is newer than any schema. */
export interface NestedData {
  readonly kind: 'decoded';
  readonly version: number;
  readonly plan: StructPlan;
  readonly body: Struct;
  readonly unknownTags: readonly UnknownTag[];
  readonly trailingBytes: number;
  /** `COMMIT`, `ABORT`…, from the control record's key; null without one. */
  readonly controlType: string | null;
}

/** Data that cannot be read, and where reading stopped. */
export interface NestedFailure {
  readonly kind: 'opaque';
  readonly reason: 'unknown-kind' | 'malformed' | 'truncated';
  readonly detail: string;
  readonly offset: number;
  readonly path: string;
}

function controlTypeOf(key: Uint8Array | null): string | null {
  if (key === null || key.length < 4) return null;
  return controlTypes[((key[2] ?? 0) << 8) | (key[3] ?? 0)] ?? null;
}

const plans = new Map<string, StructPlan>();

function planOf(table: MessageTable, version: number): StructPlan {
  const bounds = versionBounds(parseVersions(table.versions)) ?? { min: 0, max: 0 };
  // A newer version reads as the highest known one: Kafka adds at the end, and so do its own readers read it.
  const known = Math.min(Math.max(version, bounds.min), bounds.max);
  const name = `${table.name} ${known}`;
  const plan = plans.get(name) ?? planTable(table, known);
  plans.set(name, plan);
  return plan;
}

/** Reads data of a kind from its bytes; `key` is the record key of a control record, for the type it states. */
export function decodeNested(
  kind: string,
  bytes: Uint8Array,
  key: Uint8Array | null = null,
): NestedData | NestedFailure {
  const nested = kinds.get(kind);
  if (nested === undefined) {
    const detail = `"${kind}" is none of ${nestedKinds.join(', ')}`;
    return { kind: 'opaque', reason: 'unknown-kind', detail, offset: 0, path: '' };
  }
  const reader = new Reader(bytes);
  const version = reader.int16();
  if (!nested.prefixed) reader.position = 0;
  const plan = planOf(nested.table, version);
  const decoder = new StructDecoder(reader);
  const body = reader.failed ? {} : decoder.decode('body', plan);
  if (reader.failed) {
    const reason = reader.failure === 'truncated' ? 'truncated' : 'malformed';
    return {
      kind: 'opaque',
      reason,
      detail: reader.failureDetail,
      offset: reader.failureOffset,
      path: decoder.failurePath,
    };
  }
  return {
    kind: 'decoded',
    version,
    plan,
    body,
    unknownTags: decoder.unknownTags,
    trailingBytes: reader.remaining,
    controlType: controlTypeOf(key),
  };
}
