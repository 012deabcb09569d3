import type { Struct } from '../protocol/message.ts';
import { intField, intsField, longField, structsField, textField } from '../protocol/struct-fields.ts';
import type { RequestContext } from './api-handler.ts';
import { ErrorCode } from './error-code.ts';
import type { FetchedPartition } from './fetch-sessions.ts';

/** What one Fetch is about once its session is taken into account. */
export interface FetchPlan {
  /** Top-level error (session errors); the rest is empty then. */
  readonly errorCode: number;
  readonly sessionId: number;
  readonly partitions: readonly FetchedPartition[];
  /** A full fetch lists every partition in its answer, an incremental one only those with news. */
  readonly tellsAll: boolean;
}

/** Reads the request and its session into one list of wanted partitions. */
export function planFetch(request: Struct, context: RequestContext): FetchPlan {
  const wanted = readWanted(request, context);
  if (context.apiVersion < 7) return { errorCode: 0, sessionId: 0, partitions: wanted, tellsAll: true };
  const sessions = context.cluster.sessions(context.nodeId);
  const outcome = sessions.begin(intField(request, 'sessionId', 0), intField(request, 'sessionEpoch', -1));
  if (outcome.kind === 'error') {
    return { errorCode: outcome.errorCode, sessionId: 0, partitions: [], tellsAll: true };
  }
  if (outcome.kind === 'sessionless') {
    return { errorCode: ErrorCode.none, sessionId: 0, partitions: wanted, tellsAll: true };
  }
  const { session } = outcome;
  for (const forgotten of structsField(request, 'forgottenTopicsData')) {
    for (const partition of intsField(forgotten, 'partitions')) {
      sessions.forget(session, textField(forgotten, 'topic'), textField(forgotten, 'topicId'), partition);
    }
  }
  for (const partition of wanted) sessions.put(session, partition);
  return {
    errorCode: ErrorCode.none,
    sessionId: session.id,
    partitions: [...session.partitions.values()],
    tellsAll: outcome.kind === 'full',
  };
}

function readWanted(request: Struct, context: RequestContext): FetchedPartition[] {
  return structsField(request, 'topics').flatMap((topic) =>
    structsField(topic, 'partitions').map((partition) => ({
      topicName: context.apiVersion >= 13 ? '' : textField(topic, 'topic'),
      topicId: context.apiVersion >= 13 ? textField(topic, 'topicId') : '',
      partition: intField(partition, 'partition', 0),
      fetchOffset: longField(partition, 'fetchOffset', 0n),
      partitionBytesMax: Math.max(0, intField(partition, 'partitionMaxBytes', 0)),
      currentLeaderEpoch: intField(partition, 'currentLeaderEpoch', -1),
      sentHighWatermark: -1n,
      sentStartOffset: -1n,
    })),
  );
}
