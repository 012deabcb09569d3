// DescribeConfigs, v0-4: the settings this broker really has, of topics (2) and brokers (4). v1 sources and synonyms;
// v3 types and documentation.
import type { Struct } from '../../protocol/message.ts';
import { booleanField, hasArray, intField, structsField, textField, textsField } from '../../protocol/struct-fields.ts';
import type { ApiHandler, RequestContext } from '../api-handler.ts';
import { resourceTypes } from '../config-resource.ts';
import { ErrorCode } from '../error-code.ts';
import { brokerConfigs, defaultConfigs } from '../topic-configs.ts';

export const describeConfigs: ApiHandler = { apiKey: 32, minVersion: 0, maxVersion: 4, handle };

/** `ConfigSource` codes of the response. */
const source = { dynamicTopic: 1, staticBroker: 4, default: 5 } as const;
/** `ConfigType` STRING. */
const configTypeString = 2;

function handle(request: Struct, context: RequestContext): Struct {
  const includeSynonyms = booleanField(request, 'includeSynonyms', false);
  const results = structsField(request, 'resources').map((resource) => {
    const resourceType = intField(resource, 'resourceType', 0);
    const resourceName = textField(resource, 'resourceName');
    const wanted = hasArray(resource, 'configurationKeys') ? textsField(resource, 'configurationKeys') : null;
    const found = find(resourceType, resourceName, context);
    if (typeof found === 'number') {
      const errorMessage = 'There is no such resource, or this broker keeps no settings for its type.';
      return { errorCode: found, errorMessage, resourceType, resourceName, configs: [] };
    }
    const configs = found
      .filter(([name]) => wanted === null || wanted.includes(name))
      .map(([name, value, configSource]) => config(name, value, configSource, includeSynonyms));
    return { errorCode: ErrorCode.none, errorMessage: null, resourceType, resourceName, configs };
  });
  return { throttleTimeMs: 0, results };
}

type Setting = readonly [name: string, value: string, configSource: number];

function find(resourceType: number, resourceName: string, context: RequestContext): readonly Setting[] | number {
  const { cluster } = context;
  if (resourceType === resourceTypes.topic) {
    const topic = cluster.topics.byName(resourceName);
    if (topic === null) return ErrorCode.unknownTopicOrPartition;
    const settings: Setting[] = [];
    for (const [name, value] of defaultConfigs) {
      const own = topic.configs.get(name);
      settings.push([name, own ?? value, own === undefined ? source.default : source.dynamicTopic]);
    }
    return settings;
  }
  if (resourceType === resourceTypes.broker && (resourceName === '' || resourceName === String(context.nodeId))) {
    const { autoCreateTopics, partitionsDefault } = cluster.settings;
    const settings = brokerConfigs({ autoCreateTopics, partitionsDefault, nodeId: context.nodeId });
    return [...settings].map(([name, value]) => [name, value, source.staticBroker]);
  }
  return ErrorCode.invalidRequest;
}

function config(name: string, value: string, configSource: number, includeSynonyms: boolean): Struct {
  return {
    name,
    value,
    readOnly: configSource === source.staticBroker,
    isDefault: configSource === source.default,
    configSource,
    isSensitive: false,
    synonyms: includeSynonyms ? [{ name, value, source: configSource }] : [],
    configType: configTypeString,
    documentation: null,
  };
}
