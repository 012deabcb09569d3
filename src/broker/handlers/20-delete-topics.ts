// DeleteTopics, v0-6. v5 messages; v6 topics by name or by id.
import type { Struct } from '../../protocol/message.ts';
import { nullableTextField, structsField, textField, textsField } from '../../protocol/struct-fields.ts';
import type { ApiHandler, RequestContext } from '../api-handler.ts';
import { ErrorCode } from '../error-code.ts';
import { zeroUuid } from '../identity.ts';

export const deleteTopics: ApiHandler = { apiKey: 20, minVersion: 0, maxVersion: 6, handle };

function handle(request: Struct, context: RequestContext): Struct {
  const wanted =
    context.apiVersion < 6
      ? textsField(request, 'topicNames').map((name) => ({ name, topicId: zeroUuid }))
      : structsField(request, 'topics').map((item) => ({
          name: nullableTextField(item, 'name'),
          topicId: textField(item, 'topicId'),
        }));
  const responses = wanted.map(({ name, topicId }): Struct => {
    const { topics } = context.cluster;
    const topic = name === null ? topics.byId(topicId) : topics.byName(name);
    if (topic === null) {
      const errorCode = name === null ? ErrorCode.unknownTopicId : ErrorCode.unknownTopicOrPartition;
      return { name, topicId, errorCode, errorMessage: 'This cluster has no such topic.' };
    }
    context.cluster.deleteTopic(topic);
    return { name: topic.name, topicId: topic.id, errorCode: ErrorCode.none, errorMessage: null };
  });
  return { throttleTimeMs: 0, responses };
}
