// IncrementalAlterConfigs, v0-1 (KIP-339): sets (0) or deletes (1) single settings of topics; list settings do not
// exist here, so append (2) and subtract (3) are refused.
import type { Struct } from '../../protocol/message.ts';
import { booleanField, intField, nullableTextField, structsField, textField } from '../../protocol/struct-fields.ts';
import { alterResources, settingFault } from '../alter-resources.ts';
import type { ApiHandler, RequestContext } from '../api-handler.ts';
import { ErrorCode } from '../error-code.ts';

export const incrementalAlterConfigs: ApiHandler = { apiKey: 44, minVersion: 0, maxVersion: 1, handle };

const operations = { set: 0, delete: 1 } as const;

function handle(request: Struct, context: RequestContext): Struct {
  const validateOnly = booleanField(request, 'validateOnly', false);
  return alterResources(request, context, (topic, resource) => {
    const configs = structsField(resource, 'configs');
    for (const config of configs) {
      const fault = settingFault(textField(config, 'name'));
      if (fault !== null) return fault;
      if (intField(config, 'configOperation', 0) > operations.delete) {
        return { errorCode: ErrorCode.invalidConfig, message: 'The setting is not a list.' };
      }
    }
    if (validateOnly) return null;
    for (const config of configs) {
      const name = textField(config, 'name');
      if (intField(config, 'configOperation', 0) === operations.delete) topic.configs.delete(name);
      else topic.configs.set(name, nullableTextField(config, 'value') ?? '');
    }
    return null;
  });
}
