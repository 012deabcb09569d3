// CreatePartitions, v0-3: a topic may only grow.
import type { Struct } from '../../protocol/message.ts';
import { booleanField, intField, structsField, textField } from '../../protocol/struct-fields.ts';
import type { ApiHandler, RequestContext } from '../api-handler.ts';
import { ErrorCode } from '../error-code.ts';
import { partitionsPerTopicMax } from '../limits.ts';

export const createPartitions: ApiHandler = { apiKey: 37, minVersion: 0, maxVersion: 3, handle };

function handle(request: Struct, context: RequestContext): Struct {
  const validateOnly = booleanField(request, 'validateOnly', false);
  const results = structsField(request, 'topics').map((item): Struct => {
    const name = textField(item, 'name');
    const count = intField(item, 'count', 0);
    const topic = context.cluster.topics.byName(name);
    if (topic === null) {
      const errorMessage = 'This cluster has no such topic.';
      return { name, errorCode: ErrorCode.unknownTopicOrPartition, errorMessage };
    }
    const present = topic.partitions.length;
    if (count <= present || count > partitionsPerTopicMax) {
      const errorMessage = `The topic has ${present} partitions; it may grow to at most ${partitionsPerTopicMax}.`;
      return { name, errorCode: ErrorCode.invalidPartitions, errorMessage };
    }
    if (!validateOnly) context.cluster.topics.grow(topic, count);
    return { name, errorCode: ErrorCode.none, errorMessage: null };
  });
  return { throttleTimeMs: 0, results };
}
