import type { Struct } from '../protocol/message.ts';
import { intField, structsField, textField } from '../protocol/struct-fields.ts';
import type { RequestContext } from './api-handler.ts';
import { resourceTypes } from './config-resource.ts';
import { ErrorCode } from './error-code.ts';
import { defaultConfigs } from './topic-configs.ts';
import type { Topic } from './topic-registry.ts';

/** Why a setting is refused. */
export interface SettingFault {
  readonly errorCode: number;
  readonly message: string;
}

/** Refuses settings this broker does not have. */
export function settingFault(name: string): SettingFault | null {
  return defaultConfigs.has(name)
    ? null
    : { errorCode: ErrorCode.invalidConfig, message: `Unknown topic config name: ${name}` };
}

/** Runs `alter` for every topic named in the request; resources of other types cannot be changed here. */
export function alterResources(
  request: Struct,
  context: RequestContext,
  alter: (topic: Topic, resource: Struct) => SettingFault | null,
): Struct {
  const responses = structsField(request, 'resources').map((resource) => {
    const resourceType = intField(resource, 'resourceType', 0);
    const resourceName = textField(resource, 'resourceName');
    const topic = resourceType === resourceTypes.topic ? context.cluster.topics.byName(resourceName) : null;
    const fault = topic === null ? absent(resourceType) : alter(topic, resource);
    return {
      errorCode: fault?.errorCode ?? ErrorCode.none,
      errorMessage: fault?.message ?? null,
      resourceType,
      resourceName,
    };
  });
  return { throttleTimeMs: 0, responses };
}

function absent(resourceType: number): SettingFault {
  return resourceType === resourceTypes.topic
    ? { errorCode: ErrorCode.unknownTopicOrPartition, message: 'This cluster has no such topic.' }
    : { errorCode: ErrorCode.invalidRequest, message: 'Only settings of topics can be changed here.' };
}
