// OffsetFetch, v0-10. v2 null topics mean all, and a top-level error; v5 leader epoch; v7 requireStable (KIP-447);
// v8 several groups; v9 member epochs; v10 topic ids.
import type { Struct } from '../../protocol/message.ts';
import { booleanField, hasArray, intField, intsField, structsField, textField } from '../../protocol/struct-fields.ts';
import type { ApiHandler, RequestContext } from '../api-handler.ts';
import { ErrorCode } from '../error-code.ts';
import type { GroupOffsets } from '../group-offsets.ts';
import { namedTopic, topicEcho } from '../topic-lookup.ts';

export const offsetFetch: ApiHandler = { apiKey: 9, minVersion: 0, maxVersion: 10, handle };

/** One group's part of the answer; before v8 it is the whole answer. */
type FetchedGroup = { readonly groupId: string; readonly errorCode: number; readonly topics: readonly Struct[] };

function handle(request: Struct, context: RequestContext): Struct {
  const requireStable = booleanField(request, 'requireStable', false);
  if (context.apiVersion < 8) {
    const group = fetchGroup(request, requireStable, context);
    return { throttleTimeMs: 0, errorCode: group.errorCode, topics: group.topics };
  }
  const groups = structsField(request, 'groups').map((group) => fetchGroup(group, requireStable, context));
  return { throttleTimeMs: 0, groups };
}

function fetchGroup(wanted: Struct, requireStable: boolean, context: RequestContext): FetchedGroup {
  const { cluster, apiVersion } = context;
  const groupId = textField(wanted, 'groupId');
  const errorCode = groupError(wanted, groupId, context);
  const offsets = errorCode === ErrorCode.none ? cluster.groups.offsetsOf(groupId) : null;
  const byId = apiVersion >= 10;
  if (!hasArray(wanted, 'topics')) {
    const topics = errorCode === ErrorCode.none ? everything(offsets, byId, context) : [];
    return { groupId, errorCode, topics };
  }
  const topics = structsField(wanted, 'topics').map((item) => {
    const named = namedTopic(cluster, item, 'name', byId);
    const unknown = byId && named.topic === null;
    const partitions = intsField(item, 'partitionIndexes').map((partitionIndex) => {
      const pending = requireStable && offsets?.isPending(named.name, partitionIndex) === true;
      const partitionError = pending ? ErrorCode.unstableOffsetCommit : ErrorCode.none;
      const shown = unknown ? named.unknownErrorCode : apiVersion < 2 ? errorCode : partitionError;
      return committed(shown === ErrorCode.none ? offsets : null, named.name, partitionIndex, shown);
    });
    return { ...topicEcho(named, 'name', byId), partitions };
  });
  return { groupId, errorCode, topics: errorCode === ErrorCode.none || apiVersion < 2 ? topics : [] };
}

function groupError(wanted: Struct, groupId: string, context: RequestContext): number {
  const { cluster } = context;
  const coordinatorError = cluster.coordinatorError(groupId, context.nodeId);
  if (coordinatorError !== ErrorCode.none) return coordinatorError;
  const memberEpoch = intField(wanted, 'memberEpoch', -1);
  const group = cluster.groups.get(groupId);
  if (memberEpoch < 0 || group?.kind !== 'consumer') return ErrorCode.none;
  return group.checkMember(textField(wanted, 'memberId'), memberEpoch);
}

function everything(offsets: GroupOffsets | null, byId: boolean, context: RequestContext): Struct[] {
  const topics: Struct[] = [];
  for (const [name, partitions] of offsets?.all() ?? []) {
    const topicId = context.cluster.topics.byName(name)?.id;
    if (byId && topicId === undefined) continue;
    topics.push({
      ...(byId ? { topicId } : { name }),
      partitions: [...partitions.keys()].map((index) => committed(offsets, name, index, ErrorCode.none)),
    });
  }
  return topics;
}

/** A partition without a committed position answers offset −1 and no error. */
function committed(offsets: GroupOffsets | null, topicName: string, partitionIndex: number, errorCode: number): Struct {
  const found = offsets?.get(topicName, partitionIndex) ?? null;
  return {
    partitionIndex,
    committedOffset: found?.offset ?? -1n,
    committedLeaderEpoch: found?.leaderEpoch ?? -1,
    metadata: found?.metadata ?? '',
    errorCode,
  };
}
