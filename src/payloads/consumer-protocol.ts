import { memberBytesOf, protocolTypeOf } from './member-bytes.ts';
import type { PayloadReader } from './payload-reader.ts';
import { writePlan } from './plan-spans.ts';
import { dataTable, planOrNewest } from './tables.ts';

function reader(name: string, kind: 'metadata' | 'assignment', tableName: string): PayloadReader {
  const table = dataTable(tableName);
  return {
    name,
    matches: (place, bytes) => memberBytesOf(place) === kind && protocolTypeOf(place, kind, bytes) === 'consumer',
    read(writer, place, payloads) {
      const start = writer.reader.position;
      const version = writer.reader.int16();
      if (writer.reader.failed) return null;
      if (version < 0) {
        writer.reader.fail('malformed', start, `version ${version}`);
        return null;
      }
      writer.leaf('version', 'INT16', version, null, start);
      // Newer versions append, and every client reads what it knows of them.
      writePlan(writer, planOrNewest(table, version), place, payloads);
      return `version ${version}`;
    },
  };
}

/** What a consumer subscribes to, in JoinGroup and DescribeGroups (ConsumerProtocolSubscription 0-3). */
export const consumerSubscription: PayloadReader = reader(
  'consumer subscription',
  'metadata',
  'ConsumerProtocolSubscription',
);

/** What a consumer was assigned, in SyncGroup and DescribeGroups (ConsumerProtocolAssignment 0-3). */
export const consumerAssignment: PayloadReader = reader(
  'consumer assignment',
  'assignment',
  'ConsumerProtocolAssignment',
);
