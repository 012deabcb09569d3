// Fetch, v0-18. v3 maxBytes (the first batch always comes whole), v4 isolation level, v7 sessions (KIP-227), v9 leader
// epochs, v11 racks, v12 flexible with currentLeader, v13 topic ids, v15 replicaState, v16 nodeEndpoints (KIP-951),
// v17 directory ids, v18 high watermark. v0-3 readers know magic 0 and 1 only: records are converted down for them.
import type { Struct } from '../../protocol/message.ts';
import { intField } from '../../protocol/struct-fields.ts';
import type { ApiHandler, HandlerAnswer, RequestContext } from '../api-handler.ts';
import { ErrorCode } from '../error-code.ts';
import { type FetchPlan, planFetch } from '../fetch-plan.ts';
import type { FetchedPartition } from '../fetch-sessions.ts';
import { fetchBytesMax, fetchWaitMsMax } from '../limits.ts';
import { downConverted } from '../message-format.ts';
import { ledPartition, nodeEndpoints } from '../topic-lookup.ts';
import type { Partition } from '../topic-registry.ts';

export const fetch: ApiHandler = { apiKey: 1, minVersion: 0, maxVersion: 18, handle };

interface Gathered {
  readonly wanted: FetchedPartition;
  readonly partition: Partition | null;
  readonly errorCode: number;
  readonly records: Uint8Array;
}

const noBytes = new Uint8Array(0);

async function handle(request: Struct, context: RequestContext): Promise<HandlerAnswer> {
  const plan = planFetch(request, context);
  if (plan.errorCode !== ErrorCode.none) return topLevelError(plan.errorCode);
  const maxWaitMs = Math.min(Math.max(intField(request, 'maxWaitMs', 0), 0), fetchWaitMsMax);
  const minBytes = intField(request, 'minBytes', 0);
  const bytesMax = Math.min(Math.max(intField(request, 'maxBytes', fetchBytesMax), 0), fetchBytesMax);
  const readCommitted = intField(request, 'isolationLevel', 0) === 1;
  const gather = () => gatherAll(plan, bytesMax, readCommitted, context);
  let gathered = gather();
  if (!isEnough(gathered, minBytes) && maxWaitMs > 0) {
    gathered = await parked(gathered, gather, minBytes, maxWaitMs, context);
  }
  return respond(plan, gathered, readCommitted, context);
}

function topLevelError(errorCode: number): Struct {
  return { throttleTimeMs: 0, errorCode, sessionId: 0, responses: [] };
}

function gatherAll(plan: FetchPlan, bytesMax: number, readCommitted: boolean, context: RequestContext): Gathered[] {
  let bytesLeft = bytesMax;
  let first = true;
  return plan.partitions.map((wanted) => {
    const gathered = gatherOne(wanted, bytesLeft, first, readCommitted, context);
    if (gathered.records.length > 0) first = false;
    bytesLeft = Math.max(0, bytesLeft - gathered.records.length);
    return gathered;
  });
}

function gatherOne(
  wanted: FetchedPartition,
  bytesLeft: number,
  wholeFirst: boolean,
  readCommitted: boolean,
  context: RequestContext,
): Gathered {
  const byId = context.apiVersion >= 13;
  const topic = byId ? context.cluster.topics.byId(wanted.topicId) : context.cluster.topics.byName(wanted.topicName);
  const unknownErrorCode = byId ? ErrorCode.unknownTopicId : ErrorCode.unknownTopicOrPartition;
  const named = { topic, name: wanted.topicName, topicId: wanted.topicId, unknownErrorCode };
  const led = ledPartition(named, wanted.partition, context.nodeId, wanted.currentLeaderEpoch);
  const { partition } = led;
  if (led.errorCode !== ErrorCode.none || partition === null) {
    return { wanted, partition, errorCode: led.errorCode, records: noBytes };
  }
  const { log } = partition;
  if (wanted.fetchOffset < log.startOffset || wanted.fetchOffset > log.endOffset) {
    return { wanted, partition, errorCode: ErrorCode.offsetOutOfRange, records: noBytes };
  }
  const upTo = readCommitted ? log.lastStableOffset : log.endOffset;
  const bytesMax = Math.min(wanted.partitionBytesMax, bytesLeft);
  const records =
    context.apiVersion < 4
      ? downConverted(log.batchesFrom(wanted.fetchOffset, upTo), context.apiVersion < 2 ? 0 : 1, bytesMax)
      : log.read(wanted.fetchOffset, upTo, bytesMax, wholeFirst);
  return { wanted, partition, errorCode: ErrorCode.none, records };
}

function isEnough(gathered: readonly Gathered[], minBytes: number): boolean {
  let bytes = 0;
  for (const each of gathered) {
    if (each.errorCode !== ErrorCode.none) return true;
    bytes += each.records.length;
  }
  return bytes >= minBytes || gathered.length === 0;
}

/** Waits in the purgatory: until enough bytes are there, an error turns up, the time is over or the client is gone. */
function parked(
  gathered: Gathered[],
  gather: () => Gathered[],
  minBytes: number,
  maxWaitMs: number,
  context: RequestContext,
): Promise<Gathered[]> {
  const partitions = gathered.map((each) => each.partition).filter((partition) => partition !== null);
  return new Promise((resolve) => {
    let latest = gathered;
    const done = () => {
      cancelTimer();
      cancelClose();
      for (const partition of partitions) partition.waiting.delete(look);
      resolve(latest);
    };
    const look = () => {
      latest = gather();
      if (isEnough(latest, minBytes)) done();
    };
    const cancelTimer = context.cluster.clock.after(maxWaitMs, done);
    const cancelClose = context.client.onClose(done);
    for (const partition of partitions) partition.waiting.add(look);
  });
}

function respond(
  plan: FetchPlan,
  gathered: readonly Gathered[],
  readCommitted: boolean,
  context: RequestContext,
): HandlerAnswer {
  const byId = context.apiVersion >= 13;
  const topics = new Map<string, { topic: string; topicId: string; partitions: Struct[] }>();
  const leaderIds = new Set<number>();
  let recordsBytes = 0;
  for (const each of gathered) {
    if (!plan.tellsAll && !hasNews(each)) continue;
    const key = byId ? each.wanted.topicId : each.wanted.topicName;
    const entry = topics.get(key) ?? { topic: each.wanted.topicName, topicId: each.wanted.topicId, partitions: [] };
    entry.partitions.push(partitionResponse(each, readCommitted, leaderIds));
    topics.set(key, entry);
    recordsBytes += each.records.length;
  }
  const { cluster } = context;
  const throttleTimeMs = cluster.quotas.charge(context.clientId, recordsBytes, cluster.clock.nowMs());
  return {
    throttleTimeMs,
    errorCode: ErrorCode.none,
    sessionId: plan.sessionId,
    responses: [...topics.values()],
    nodeEndpoints: nodeEndpoints(cluster, leaderIds),
  };
}

/** An incremental answer lists a partition only when there is something to say (KIP-227). */
function hasNews(each: Gathered): boolean {
  if (each.errorCode !== ErrorCode.none || each.records.length > 0 || each.partition === null) return true;
  const { log } = each.partition;
  return log.endOffset !== each.wanted.sentHighWatermark || log.startOffset !== each.wanted.sentStartOffset;
}

function partitionResponse(each: Gathered, readCommitted: boolean, leaderIds: Set<number>): Struct {
  const { wanted, partition, errorCode, records } = each;
  const log =
    errorCode === ErrorCode.none || errorCode === ErrorCode.offsetOutOfRange ? (partition?.log ?? null) : null;
  wanted.sentHighWatermark = log?.endOffset ?? -1n;
  wanted.sentStartOffset = log?.startOffset ?? -1n;
  const response: Struct = {
    partitionIndex: wanted.partition,
    errorCode,
    highWatermark: log?.endOffset ?? -1n,
    lastStableOffset: log?.lastStableOffset ?? -1n,
    logStartOffset: log?.startOffset ?? -1n,
    abortedTransactions:
      readCommitted && log !== null
        ? log.abortedBetween(wanted.fetchOffset, log.lastStableOffset).map((aborted) => ({
            producerId: aborted.producerId,
            firstOffset: aborted.firstOffset,
          }))
        : null,
    preferredReadReplica: -1,
    records,
  };
  const stale = errorCode === ErrorCode.notLeaderOrFollower || errorCode === ErrorCode.fencedLeaderEpoch;
  if (!stale || partition === null) return response;
  leaderIds.add(partition.leaderId);
  return { ...response, currentLeader: { leaderId: partition.leaderId, leaderEpoch: partition.leaderEpoch } };
}
