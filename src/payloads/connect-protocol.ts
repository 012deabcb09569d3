import type { MessageTable } from '../protocol/table.ts';
import { memberBytesOf, protocolTypeOf } from './member-bytes.ts';
import type { PayloadPlace, PayloadReader } from './payload-reader.ts';
import { type PlanHabits, writePlan } from './plan-spans.ts';
import { planOrNewest } from './tables.ts';

/** A Connect worker as it joins: versions 0 (`default`), 1 (`compatible`) and 2 (`sessioned`), which reads as 1. */
const workerTable: MessageTable = {
  name: 'ConnectWorkerState',
  versions: '0-2',
  flexible: 'none',
  removed: 'none',
  fields: `
url string 0+
configOffset int64 0+
allocation bytes 1+ nullable
`,
};

/** What the leader gives a worker; task -1 is the connector itself. */
const assignmentTable: MessageTable = {
  name: 'ConnectAssignment',
  versions: '0-2',
  flexible: 'none',
  removed: 'none',
  fields: `
errorCode int16 0+
leader string 0+
leaderUrl string 0+
configOffset int64 0+
assignment []ConnectorAssignment 0+ nullable:1+
  connector string 0+
  tasks []int32 0+
revoked []ConnectorAssignment 1+ nullable
  connector string 1+
  tasks []int32 1+
scheduledDelayMs int32 1+
`,
};

/** Connect's own error codes of an assignment; they are not Kafka's. */
const assignmentErrors: ReadonlyMap<number, string> = new Map([
  [0, 'no error'],
  [1, 'config mismatch: the worker must read the config topic to its end and rejoin'],
]);

const habits: PlanHabits = {
  mayEndEarly: true,
  note(name, value) {
    if (name === 'errorCode' && typeof value === 'number') return assignmentErrors.get(value) ?? 'unknown';
    return name === 'tasks' && value === -1 ? 'the connector itself' : null;
  },
};

function reader(name: string, table: MessageTable, matches: PayloadReader['matches']): PayloadReader {
  return {
    name,
    matches,
    read(writer, place, payloads) {
      const start = writer.reader.position;
      const version = writer.reader.int16();
      if (writer.reader.failed) return null;
      if (version < 0) {
        writer.reader.fail('malformed', start, `version ${version}`);
        return null;
      }
      writer.leaf('version', 'INT16', version, null, start);
      writePlan(writer, planOrNewest(table, version), place, payloads, habits);
      return `version ${version}`;
    },
  };
}

function isConnect(place: PayloadPlace, kind: 'metadata' | 'assignment', bytes: Uint8Array): boolean {
  return memberBytesOf(place) === kind && protocolTypeOf(place, kind, bytes) === 'connect';
}

/** The state of a Connect worker that joins (KIP-415 added `allocation`). */
export const connectWorkerState: PayloadReader = reader('Connect worker state', workerTable, (place, bytes) =>
  isConnect(place, 'metadata', bytes),
);

/** Connectors and tasks of a Connect worker; also what a worker says it runs, inside its state. */
export const connectAssignment: PayloadReader = reader(
  'Connect assignment',
  assignmentTable,
  (place, bytes) =>
    isConnect(place, 'assignment', bytes) || (place.owner === workerTable.name && place.field === 'allocation'),
);
