// TxnOffsetCommit, v0-6. v3 member and generation (KIP-447); v5 adds the group to the transaction by itself (KIP-890);
// v6 topic ids.
import type { Struct } from '../../protocol/message.ts';
import { intField, longField, structsField, textField } from '../../protocol/struct-fields.ts';
import type { ApiHandler, RequestContext } from '../api-handler.ts';
import { ErrorCode } from '../error-code.ts';
import { commitError } from '../group-commit.ts';
import { namedTopic, topicEcho } from '../topic-lookup.ts';
import { fencedErrorCode } from '../transaction-errors.ts';

export const txnOffsetCommit: ApiHandler = { apiKey: 28, minVersion: 0, maxVersion: 6, handle };

function handle(request: Struct, context: RequestContext): Struct {
  const { cluster, apiVersion } = context;
  const byId = apiVersion >= 6;
  const groupId = textField(request, 'groupId');
  const producerId = longField(request, 'producerId', -1n);
  const errorCode = judge(request, groupId, producerId, context);
  const offsets = errorCode === ErrorCode.none ? cluster.groups.offsetsFor(groupId) : errorCode;
  const topics = structsField(request, 'topics').map((item) => {
    const named = namedTopic(cluster, item, 'name', byId);
    const partitions = structsField(item, 'partitions').map((wanted) => {
      const partitionIndex = intField(wanted, 'partitionIndex', 0);
      if (typeof offsets === 'number') return { partitionIndex, errorCode: offsets };
      const exists = named.topic?.partitions[partitionIndex] !== undefined;
      if (!exists) return { partitionIndex, errorCode: named.unknownErrorCode };
      const committed = {
        offset: longField(wanted, 'committedOffset', -1n),
        leaderEpoch: intField(wanted, 'committedLeaderEpoch', -1),
        metadata: textField(wanted, 'committedMetadata'),
      };
      return { partitionIndex, errorCode: offsets.commitPending(producerId, named.name, partitionIndex, committed) };
    });
    return { ...topicEcho(named, 'name', byId), partitions };
  });
  return { throttleTimeMs: 0, topics };
}

function judge(request: Struct, groupId: string, producerId: bigint, context: RequestContext): number {
  const { cluster, apiVersion } = context;
  const coordinatorError = cluster.coordinatorError(groupId, context.nodeId);
  if (coordinatorError !== ErrorCode.none) return coordinatorError;
  const transactionalId = textField(request, 'transactionalId');
  const claimError = cluster.transactions.check(transactionalId, producerId, intField(request, 'producerEpoch', -1));
  if (claimError !== ErrorCode.none) return fencedErrorCode(claimError, apiVersion);
  // 4.4 renamed the field (v6 carries both classic generations and member epochs).
  const named = intField(request, 'generationIdOrMemberEpoch', -1);
  const generationIdOrMemberEpoch = named === -1 ? intField(request, 'generationId', -1) : named;
  if (generationIdOrMemberEpoch >= 0) {
    const memberId = textField(request, 'memberId');
    const memberError = commitError(context, {
      groupId,
      memberId,
      generationIdOrMemberEpoch,
      consumerErrorsKnown: apiVersion >= 6,
    });
    if (memberError !== ErrorCode.none) return memberError;
  }
  if (apiVersion >= 5) cluster.transactions.addGroup(transactionalId, groupId);
  return cluster.transactions.hasGroup(transactionalId, groupId) ? ErrorCode.none : ErrorCode.invalidTxnState;
}
