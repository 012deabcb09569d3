import { readControlRecordKey } from '../records/control-records.ts';
import type { PayloadReader } from './payload-reader.ts';
import { writePlan } from './plan-spans.ts';
import { dataTable, planOrNewest } from './tables.ts';

/** Tables of values by control type; `prefixed` ones have their version before the struct, the others as its first field. */
const valueTables: ReadonlyMap<string, { readonly table: string; readonly prefixed: boolean }> = new Map([
  ['ABORT', { table: 'EndTxnMarker', prefixed: true }],
  ['COMMIT', { table: 'EndTxnMarker', prefixed: true }],
  ['LEADER_CHANGE', { table: 'LeaderChangeMessage', prefixed: false }],
  ['SNAPSHOT_HEADER', { table: 'SnapshotHeaderRecord', prefixed: false }],
  ['SNAPSHOT_FOOTER', { table: 'SnapshotFooterRecord', prefixed: false }],
  ['KRAFT_VERSION', { table: 'KRaftVersionRecord', prefixed: false }],
  ['KRAFT_VOTERS', { table: 'VotersRecord', prefixed: false }],
]);

/** The key of a control record: what happened. */
export const controlKey: PayloadReader = {
  name: 'control record key',
  matches: (place) => place.owner === 'Record' && place.control && place.field === 'key',
  read(writer) {
    const { reader } = writer;
    const key = readControlRecordKey(reader.bytes.subarray(reader.position, reader.end));
    const start = reader.position;
    const version = reader.int16();
    if (!reader.failed) writer.leaf('version', 'INT16', version, null, start);
    const typeAt = reader.position;
    const type = reader.int16();
    if (!reader.failed) writer.leaf('type', 'INT16', type, key?.name ?? 'unknown', typeAt);
    return key?.name ?? null;
  },
};

/** The value of a control record: the coordinator's epoch of a transaction marker, or what KRaft writes. */
export const controlValue: PayloadReader = {
  name: 'control record',
  matches: (place) => place.owner === 'Record' && place.control && place.field === 'value',
  read(writer, place, payloads) {
    const { reader } = writer;
    const start = reader.position;
    const type = readControlRecordKey(place.key)?.name ?? null;
    const known = type === null ? undefined : valueTables.get(type);
    if (known === undefined) {
      reader.fail('malformed', start, 'its key names no known control type');
      return null;
    }
    const version = reader.int16();
    if (reader.failed) return type;
    if (known.prefixed) writer.leaf('version', 'INT16', version, null, start);
    else reader.position = start;
    writePlan(writer, planOrNewest(dataTable(known.table), version), place, payloads);
    return `${type} version ${version}`;
  },
};
