// AlterConfigs, v0-2: replaces all of a topic's own settings (deprecated since KIP-339, still what kafkajs sends).
import type { Struct } from '../../protocol/message.ts';
import { booleanField, nullableTextField, structsField, textField } from '../../protocol/struct-fields.ts';
import { alterResources, settingFault } from '../alter-resources.ts';
import type { ApiHandler } from '../api-handler.ts';

export const alterConfigs: ApiHandler = { apiKey: 33, minVersion: 0, maxVersion: 2, handle: alterWith };

function alterWith(request: Struct, context: Parameters<ApiHandler['handle']>[1]): Struct {
  const validateOnly = booleanField(request, 'validateOnly', false);
  return alterResources(request, context, (topic, resource) => {
    const configs = structsField(resource, 'configs').map(
      (config) => [textField(config, 'name'), nullableTextField(config, 'value') ?? ''] as const,
    );
    for (const [name] of configs) {
      const fault = settingFault(name);
      if (fault !== null) return fault;
    }
    if (validateOnly) return null;
    topic.configs.clear();
    for (const [name, value] of configs) topic.configs.set(name, value);
    return null;
  });
}
