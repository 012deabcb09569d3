// Produce, v0-13. v0-2 carry message sets of any magic (old clients; stored as magic 2); v3 one magic 2 batch a
// partition and transactional ids; v5 logStartOffset; v7 zstd; v8 record errors; v10 currentLeader and nodeEndpoints
// (KIP-951); v12 adds partitions to transactions by itself (KIP-890); v13 topic ids.
import type { Struct } from '../../protocol/message.ts';
import { bytesField, intField, nullableTextField, structsField } from '../../protocol/struct-fields.ts';
import type { ApiHandler, HandlerAnswer, RequestContext } from '../api-handler.ts';
import { readBatchHeader, readMagic } from '../batch-header.ts';
import { batchFault } from '../batch-validation.ts';
import { ErrorCode } from '../error-code.ts';
import { modernBatches } from '../message-format.ts';
import { ledPartition, type NamedTopic, namedTopic, nodeEndpoints, topicEcho } from '../topic-lookup.ts';
import { type Partition, wake } from '../topic-registry.ts';

export const produce: ApiHandler = { apiKey: 0, minVersion: 0, maxVersion: 13, handle };

interface Stored {
  readonly errorCode: number;
  readonly baseOffset: bigint;
  readonly errorMessage: string | null;
}

function handle(request: Struct, context: RequestContext): HandlerAnswer {
  const byId = context.apiVersion >= 13;
  const acks = intField(request, 'acks', -1);
  const transactionalId = nullableTextField(request, 'transactionalId');
  const leaderIds = new Set<number>();
  let failed = false;
  const responses = structsField(request, 'topicData').map((item) => {
    const named = namedTopic(context.cluster, item, 'name', byId);
    const partitionResponses = structsField(item, 'partitionData').map((data) => {
      const index = intField(data, 'index', 0);
      const led = ledPartition(named, index, context.nodeId, -1);
      const stored = acks < -1 || acks > 1 ? refused(ErrorCode.invalidRequiredAcks) : refused(led.errorCode);
      const outcome =
        stored.errorCode === ErrorCode.none && led.partition !== null
          ? store(bytesField(data, 'records'), named, led.partition, transactionalId, context)
          : stored;
      failed ||= outcome.errorCode !== ErrorCode.none;
      return partitionResponse(index, outcome, led.partition, leaderIds);
    });
    return { ...topicEcho(named, 'name', byId), partitionResponses };
  });
  if (acks === 0) return failed ? 'close' : 'no-response';
  const { cluster } = context;
  return {
    responses,
    throttleTimeMs: cluster.quotas.charge(context.clientId, context.requestBytes, cluster.clock.nowMs()),
    nodeEndpoints: nodeEndpoints(cluster, leaderIds),
  };
}

function partitionResponse(
  index: number,
  outcome: Stored,
  partition: Partition | null,
  leaderIds: Set<number>,
): Struct {
  const response = {
    index,
    errorCode: outcome.errorCode,
    baseOffset: outcome.baseOffset,
    logAppendTimeMs: -1n,
    logStartOffset: outcome.errorCode === ErrorCode.none && partition !== null ? partition.log.startOffset : -1n,
    errorMessage: outcome.errorMessage,
  };
  if (outcome.errorCode !== ErrorCode.notLeaderOrFollower || partition === null) return response;
  leaderIds.add(partition.leaderId);
  return { ...response, currentLeader: { leaderId: partition.leaderId, leaderEpoch: partition.leaderEpoch } };
}

function store(
  records: Uint8Array | null,
  named: NamedTopic,
  partition: Partition,
  transactionalId: string | null,
  context: RequestContext,
): Stored {
  if (records === null || records.length === 0) {
    return context.apiVersion < 3 ? { errorCode: 0, baseOffset: -1n, errorMessage: null } : refused(87, 'No batch.');
  }
  if (context.apiVersion < 3 && readMagic(records) !== 2) return storeLegacy(records, partition, context);
  const header = readBatchHeader(records);
  const fault = batchFault(records, header, context.apiVersion);
  if (fault !== null) return refused(fault.errorCode, fault.message);
  if (header === null) return refused(ErrorCode.corruptMessage);
  if (header.transactional) {
    const errorCode = admitTransactional(named, partition, transactionalId, header, context);
    if (errorCode !== ErrorCode.none) return refused(errorCode);
  }
  const outcome = partition.log.append(records, header, partition.leaderEpoch);
  if (outcome.kind === 'refused') return refused(outcome.errorCode);
  if (outcome.kind === 'stored') {
    context.cluster.counters.batch(header.codec);
    wake(partition);
  }
  return { errorCode: ErrorCode.none, baseOffset: outcome.baseOffset, errorMessage: null };
}

/** A message set of an old client becomes magic 2 in the log, as every broker since 3.0 keeps it. */
function storeLegacy(records: Uint8Array, partition: Partition, context: RequestContext): Stored {
  const batches = modernBatches(records, context.cluster.clock.nowMs());
  if (batches === null) return refused(ErrorCode.corruptMessage, 'The message set cannot be read.');
  let baseOffset = -1n;
  for (const batch of batches) {
    const header = readBatchHeader(batch);
    if (header === null) return refused(ErrorCode.corruptMessage);
    const outcome = partition.log.append(batch, header, partition.leaderEpoch);
    if (outcome.kind !== 'stored') continue;
    if (baseOffset < 0n) baseOffset = outcome.baseOffset;
    context.cluster.counters.batch(header.codec);
  }
  wake(partition);
  return { errorCode: ErrorCode.none, baseOffset, errorMessage: null };
}

function admitTransactional(
  named: NamedTopic,
  partition: Partition,
  transactionalId: string | null,
  header: { readonly producerId: bigint; readonly producerEpoch: number },
  context: RequestContext,
): number {
  const { transactions } = context.cluster;
  if (transactionalId === null) return ErrorCode.invalidTxnState;
  const errorCode = transactions.check(transactionalId, header.producerId, header.producerEpoch);
  if (errorCode === ErrorCode.producerFenced) return ErrorCode.invalidProducerEpoch;
  if (errorCode !== ErrorCode.none) return errorCode;
  if (context.apiVersion >= 12) transactions.addPartition(transactionalId, named.name, partition.index);
  const member = transactions.hasPartition(transactionalId, named.name, partition.index);
  return member ? ErrorCode.none : ErrorCode.invalidTxnState;
}

function refused(errorCode: number, errorMessage: string | null = null): Stored {
  return { errorCode, baseOffset: -1n, errorMessage };
}
