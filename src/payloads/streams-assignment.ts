import type { SpanWriter } from '../records/span-writer.ts';
import { assignorOf } from './member-bytes.ts';
import type { PayloadReader } from './payload-reader.ts';
import { streamsAssignor } from './streams-subscription.ts';

/**
 * User data in the assignment of a Kafka Streams member. It has no spec; these layouts were read off `AssignmentInfo`
 * of kafka-streams 4.3.1: 1 active and standby tasks, 2 hosts, 3 the commonly supported version, 4 an error code,
 * 5 topics by index, 6 standby hosts, 7 the time of the next rebalance, 10 names of topologies in task ids.
 */
const versionMax = 11;
const supportedVersionSince = 3;
const hostsSince = 2;
const errorSince = 4;
const topicIndexSince = 5;
const standbyHostsSince = 6;
const nextRebalanceSince = 7;
const topologyNameSince = 10;

/** Fewest bytes of a topic name, a partition, a host, a task. */
const elementBytesMin = 4;

const errors: readonly string[] = [
  'none',
  'incomplete source topic metadata',
  'version probing',
  'assignment error',
  'shutdown requested',
];

function int32(writer: SpanWriter, name: string, noteOf?: (value: number) => string | null): number {
  const { reader } = writer;
  const start = reader.position;
  const value = reader.int32();
  if (!reader.failed) writer.leaf(name, 'INT32', value, noteOf?.(value) ?? null, start);
  return value;
}

function text(writer: SpanWriter, name: string): void {
  const { reader } = writer;
  const start = reader.position;
  const value = reader.text(reader.uint16());
  if (!reader.failed) writer.leaf(name, 'STRING', value, null, start);
}

function array(writer: SpanWriter, name: string, element: () => void): void {
  const { reader } = writer;
  const start = reader.position;
  const count = reader.int32();
  if (reader.failed) return;
  if (count < 0 || count * elementBytesMin > reader.remaining) {
    reader.fail('malformed', start, `${count} elements cannot fit the ${reader.remaining} bytes that are left`);
    return;
  }
  writer.open(name, 'ARRAY', start);
  for (let index = 0; index < count && !reader.failed; index += 1) {
    writer.open(`[${index}]`, 'STRUCT');
    element();
    writer.close();
  }
  writer.close(count === 1 ? '1 element' : `${count} elements`);
}

function task(writer: SpanWriter, version: number): void {
  int32(writer, 'subtopology');
  int32(writer, 'partition');
  if (version < topologyNameSince) return;
  const { reader } = writer;
  const start = reader.position;
  // Java writes the characters of the name as UTF-16, after their number.
  const characters = reader.int32();
  if (characters < 0) reader.fail('malformed', start, `a name of ${characters} characters`);
  const at = reader.take(characters * 2);
  if (at < 0) return;
  const utf16 = new Uint8Array(reader.bytes.subarray(at, reader.position));
  writer.leaf('namedTopology', 'UTF16', new TextDecoder('utf-16be').decode(utf16), null, start);
}

function hosts(writer: SpanWriter, name: string, byIndex: boolean): void {
  array(writer, name, () => {
    text(writer, 'host');
    int32(writer, 'port');
    array(writer, 'partitions', () => {
      if (byIndex) int32(writer, 'topicIndex');
      else text(writer, 'topic');
      int32(writer, 'partition');
    });
  });
}

function allHosts(writer: SpanWriter, version: number): void {
  if (version < hostsSince) return;
  if (version < topicIndexSince) {
    hosts(writer, 'partitionsByHost', false);
    return;
  }
  array(writer, 'topics', () => {
    int32(writer, 'topicIndex');
    text(writer, 'topic');
  });
  hosts(writer, 'partitionsByHost', true);
  if (version >= standbyHostsSince) hosts(writer, 'standbyPartitionsByHost', true);
}

/** Tasks of a Kafka Streams member and where the tasks of others run (AssignmentInfo 1-11). */
export const streamsAssignment: PayloadReader = {
  name: 'Streams assignment',
  matches: (place) =>
    place.owner === 'ConsumerProtocolAssignment' && place.field === 'userData' && assignorOf(place) === streamsAssignor,
  read(writer) {
    const { reader } = writer;
    const start = reader.position;
    const version = int32(writer, 'version');
    if (reader.failed) return null;
    if (version < 1 || version > versionMax) {
      reader.fail('malformed', start, `version ${version} of AssignmentInfo: 1 to ${versionMax} are known`);
      return null;
    }
    if (version >= supportedVersionSince) int32(writer, 'commonlySupportedVersion');
    array(writer, 'activeTasks', () => task(writer, version));
    array(writer, 'standbyTasks', () => {
      task(writer, version);
      array(writer, 'partitions', () => {
        text(writer, 'topic');
        int32(writer, 'partition');
      });
    });
    allHosts(writer, version);
    if (version >= errorSince) int32(writer, 'errorCode', (code) => errors[code] ?? 'unknown');
    if (version >= nextRebalanceSince) {
      const at = reader.position;
      const time = reader.int64();
      if (!reader.failed) writer.leaf('nextRebalanceMs', 'INT64', time, null, at);
    }
    return `version ${version}`;
  },
};
