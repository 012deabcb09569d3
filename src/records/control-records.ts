/** Names of control record types by number (`ControlRecordType`). */
const controlTypeNames: readonly string[] = [
  'ABORT',
  'COMMIT',
  'LEADER_CHANGE',
  'SNAPSHOT_HEADER',
  'SNAPSHOT_FOOTER',
  'KRAFT_VERSION',
  'KRAFT_VOTERS',
];

/** What the key of a control record says. */
export interface ControlRecordKey {
  readonly version: number;
  readonly type: number;
  /** Kafka's name of the type; null for one newer than this program. Consumers skip those. */
  readonly name: string | null;
}

/** Reads a control record's key (int16 version, int16 type; newer versions may append); null when it is too short. */
export function readControlRecordKey(key: Uint8Array | null): ControlRecordKey | null {
  if (key === null || key.length < 4) return null;
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength);
  const type = view.getInt16(2);
  return { version: view.getInt16(0), type, name: controlTypeNames[type] ?? null };
}

/** The coordinator epoch in the value of an ABORT or COMMIT marker (int16 version, int32 epoch); null when cut. */
export function readCoordinatorEpoch(value: Uint8Array | null): number | null {
  if (value === null || value.length < 6) return null;
  return new DataView(value.buffer, value.byteOffset, value.byteLength).getInt32(2);
}
