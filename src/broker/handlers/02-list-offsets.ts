// ListOffsets, v0-11. v0 answers a list of offsets; v1 one offset with its timestamp; v2 isolation level; v4 leader
// epochs; v7 newest timestamp (−3); v8 earliest local (−4); v9 latest tiered (−5); v11 earliest pending upload (−6).
import type { Struct } from '../../protocol/message.ts';
import { intField, longField, structsField } from '../../protocol/struct-fields.ts';
import { decodeRecordBatches } from '../../records/decode-records.ts';
import type { ApiHandler, RequestContext } from '../api-handler.ts';
import { ErrorCode } from '../error-code.ts';
import type { StoredBatch } from '../partition-log.ts';
import { ledPartition, namedTopic } from '../topic-lookup.ts';
import type { Partition } from '../topic-registry.ts';

export const listOffsets: ApiHandler = { apiKey: 2, minVersion: 0, maxVersion: 11, handle };

const latest = -1n;
const earliest = -2n;
const newestTimestamp = -3n;
const earliestLocal = -4n;
const latestTiered = -5n;
const earliestPendingUpload = -6n;

interface Found {
  readonly offset: bigint;
  readonly timestamp: bigint;
  readonly leaderEpoch: number;
}

const notFound: Found = { offset: -1n, timestamp: -1n, leaderEpoch: -1 };

function handle(request: Struct, context: RequestContext): Struct {
  const readCommitted = intField(request, 'isolationLevel', 0) === 1;
  const topics = structsField(request, 'topics').map((item) => {
    const named = namedTopic(context.cluster, item, 'name', false);
    const partitions = structsField(item, 'partitions').map((wanted): Struct => {
      const partitionIndex = intField(wanted, 'partitionIndex', 0);
      const led = ledPartition(named, partitionIndex, context.nodeId, intField(wanted, 'currentLeaderEpoch', -1));
      const found =
        led.errorCode === ErrorCode.none && led.partition !== null
          ? find(led.partition, longField(wanted, 'timestamp', latest), readCommitted)
          : notFound;
      return {
        partitionIndex,
        errorCode: led.errorCode,
        timestamp: found.timestamp,
        offset: found.offset,
        leaderEpoch: found.leaderEpoch,
        oldStyleOffsets: found.offset < 0n ? [] : [found.offset],
      };
    });
    return { name: named.name, partitions };
  });
  return { throttleTimeMs: 0, topics };
}

function find(partition: Partition, timestamp: bigint, readCommitted: boolean): Found {
  const { log, leaderEpoch } = partition;
  switch (timestamp) {
    case latest:
      return { offset: readCommitted ? log.lastStableOffset : log.endOffset, timestamp: -1n, leaderEpoch };
    case earliest:
    case earliestLocal:
    case earliestPendingUpload:
      return { offset: log.startOffset, timestamp: -1n, leaderEpoch };
    case latestTiered:
      return { ...notFound, leaderEpoch };
    case newestTimestamp:
      return findInBatch(log.newestBatch(), log.newestBatch()?.maxTimestampMs ?? 0n);
    default:
      return timestamp < 0n ? notFound : findInBatch(log.firstBatchSince(timestamp), timestamp);
  }
}

/** The first record of the batch that is not older than `timestamp`. */
function findInBatch(batch: StoredBatch | null, timestamp: bigint): Found {
  if (batch === null) return notFound;
  for (const decoded of decodeRecordBatches(batch.bytes).batches) {
    for (const record of decoded.records ?? []) {
      if (record.timestamp >= timestamp) {
        return { offset: record.offset, timestamp: record.timestamp, leaderEpoch: batch.leaderEpoch };
      }
    }
  }
  return { offset: batch.baseOffset, timestamp: batch.maxTimestampMs, leaderEpoch: batch.leaderEpoch };
}
