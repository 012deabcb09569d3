// OffsetCommit, v0-10. v1 generation and member; v2-4 retention time (ignored); v6 leader epoch; v7 static members;
// v9 KIP-848 member epochs; v10 topic ids.
import type { Struct } from '../../protocol/message.ts';
import { intField, longField, structsField, textField } from '../../protocol/struct-fields.ts';
import type { ApiHandler, RequestContext } from '../api-handler.ts';
import { ErrorCode } from '../error-code.ts';
import { commitError } from '../group-commit.ts';
import { namedTopic, topicEcho } from '../topic-lookup.ts';

export const offsetCommit: ApiHandler = { apiKey: 8, minVersion: 0, maxVersion: 10, handle };

function handle(request: Struct, context: RequestContext): Struct {
  const { cluster, apiVersion } = context;
  const byId = apiVersion >= 10;
  const groupId = textField(request, 'groupId');
  const groupError = commitError(context, {
    groupId,
    memberId: textField(request, 'memberId'),
    generationIdOrMemberEpoch: intField(request, 'generationIdOrMemberEpoch', -1),
    consumerErrorsKnown: apiVersion >= 9,
  });
  const offsets = groupError === ErrorCode.none ? cluster.groups.offsetsFor(groupId) : groupError;
  const topics = structsField(request, 'topics').map((item) => {
    const named = namedTopic(cluster, item, 'name', byId);
    const partitions = structsField(item, 'partitions').map((wanted) => {
      const partitionIndex = intField(wanted, 'partitionIndex', 0);
      if (typeof offsets === 'number') return { partitionIndex, errorCode: offsets };
      const exists = named.topic?.partitions[partitionIndex] !== undefined;
      if (!exists) return { partitionIndex, errorCode: named.unknownErrorCode };
      const errorCode = offsets.commit(named.name, partitionIndex, {
        offset: longField(wanted, 'committedOffset', -1n),
        leaderEpoch: intField(wanted, 'committedLeaderEpoch', -1),
        metadata: textField(wanted, 'committedMetadata'),
      });
      return { partitionIndex, errorCode };
    });
    return { ...topicEcho(named, 'name', byId), partitions };
  });
  return { throttleTimeMs: 0, topics };
}
