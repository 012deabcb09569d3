import { consumerOffsets } from '../protocol/schema/records/consumer-offsets.ts';
import { shareGroupState } from '../protocol/schema/records/share-group-state.ts';
import { transactionState } from '../protocol/schema/records/transaction-state.ts';
import type { MessageTable } from '../protocol/table.ts';
import type { PayloadPlace, PayloadReader } from './payload-reader.ts';
import { type PlanHabits, writePlan } from './plan-spans.ts';
import { planOrFail } from './tables.ts';

interface RecordTables {
  readonly type: number;
  readonly key: MessageTable;
  readonly value: MessageTable;
}

/** States in the log of the transaction coordinator (`TransactionState.id`). */
const transactionStates: readonly string[] = [
  'Empty',
  'Ongoing',
  'PrepareCommit',
  'PrepareAbort',
  'CompleteCommit',
  'CompleteAbort',
  'Dead',
  'PrepareEpochFence',
];

/** States of a batch of records in a share group, as its spec lists them. */
const deliveryStates: ReadonlyMap<number, string> = new Map([
  [0, 'available'],
  [2, 'acknowledged'],
  [4, 'archived'],
]);

const habits: PlanHabits = {
  note(name, value) {
    if (typeof value !== 'number') return null;
    if (name === 'transactionStatus') return transactionStates[value] ?? 'unknown';
    return name === 'deliveryState' ? (deliveryStates.get(value) ?? 'unknown') : null;
  },
};

/** Names for people: `OffsetCommitKey` is the key of an `OffsetCommit` record. */
function recordName(tables: RecordTables): string {
  return tables.value.name.replace(/Value$/, '');
}

function typeOf(key: Uint8Array | null): number | null {
  if (key === null || key.length < 2) return null;
  return new DataView(key.buffer, key.byteOffset, key.byteLength).getInt16(0);
}

function isIn(topic: string, field: string, place: PayloadPlace): boolean {
  return place.owner === 'Record' && place.topic === topic && place.field === field && !place.control;
}

function keyReader(topic: string, records: readonly RecordTables[]): PayloadReader {
  return {
    name: `${topic} key`,
    matches: (place) => isIn(topic, 'key', place),
    read(writer, place, payloads) {
      const { reader } = writer;
      const start = reader.position;
      const type = reader.int16();
      if (reader.failed) return null;
      const tables = records.find((candidate) => candidate.type === type);
      writer.leaf('type', 'INT16', type, tables === undefined ? 'unknown' : recordName(tables), start);
      if (tables === undefined) {
        reader.fail('malformed', start, `record type ${type} is not known`);
        return null;
      }
      // The type stands where other data have their version: the key itself has only version 0.
      const plan = planOrFail(tables.key, 0, reader);
      if (plan !== null) writePlan(writer, plan, place, payloads, habits);
      return recordName(tables);
    },
  };
}

function valueReader(topic: string, records: readonly RecordTables[]): PayloadReader {
  return {
    name: `${topic} value`,
    matches: (place) => isIn(topic, 'value', place),
    read(writer, place, payloads) {
      const { reader } = writer;
      const start = reader.position;
      const type = typeOf(place.key);
      const tables = records.find((candidate) => candidate.type === type);
      if (tables === undefined) {
        reader.fail('malformed', start, `its key names no known record type (${type ?? 'no key'})`);
        return null;
      }
      const version = reader.int16();
      if (reader.failed) return null;
      writer.leaf('version', 'INT16', version, null, start);
      const plan = planOrFail(tables.value, version, reader);
      if (plan !== null) writePlan(writer, plan, place, payloads, habits);
      return `${recordName(tables)} version ${version}`;
    },
  };
}

/** Keys and values of the topics in which coordinators keep their state (values: int16 version, then the struct). */
export const coordinatorRecords: readonly PayloadReader[] = [
  keyReader('__consumer_offsets', consumerOffsets),
  valueReader('__consumer_offsets', consumerOffsets),
  keyReader('__transaction_state', transactionState),
  valueReader('__transaction_state', transactionState),
  keyReader('__share_group_state', shareGroupState),
  valueReader('__share_group_state', shareGroupState),
];
