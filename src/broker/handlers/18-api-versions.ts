// ApiVersions, v0-5. v3 software name and version (KIP-511), features as tags; v4 features with minimum 0; v5 cluster
// and node id (KIP-1242). The dispatcher answers unsupported versions: error 35 in the layout of v0.
import type { Struct } from '../../protocol/message.ts';
import { intField, nullableTextField, textField } from '../../protocol/struct-fields.ts';
import type { ApiHandler, RequestContext } from '../api-handler.ts';
import { ErrorCode } from '../error-code.ts';

/** The pattern KIP-511 sets for software names and versions. */
const softwarePattern = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/;

/** Longest name or version looked at. */
const softwareCharsMax = 200;

const features = [
  { name: 'group.version', maxVersion: 1 },
  { name: 'transaction.version', maxVersion: 2 },
] as const;

const apiKey = 18;
const minVersion = 0;
const maxVersion = 5;

/** ApiVersions advertises exactly the handlers there are, itself included. */
export function apiVersions(others: readonly ApiHandler[]): ApiHandler {
  const self: ApiHandler = { apiKey, minVersion, maxVersion, handle: (request, context) => answer(request, context) };
  const apiKeys = [...others, self]
    .map((handler) => ({ apiKey: handler.apiKey, minVersion: handler.minVersion, maxVersion: handler.maxVersion }))
    .sort((left, right) => left.apiKey - right.apiKey);

  function answer(request: Struct, context: RequestContext): Struct {
    const errorCode = judge(request, context);
    if (errorCode !== ErrorCode.none) return { errorCode, apiKeys: [], throttleTimeMs: 0 };
    return {
      errorCode,
      apiKeys,
      throttleTimeMs: 0,
      // Up to v3 a minimum of 0 must not be sent (KAFKA-17011), and both features start there.
      supportedFeatures:
        context.apiVersion < 4
          ? []
          : features.map((feature) => ({ name: feature.name, minVersion: 0, maxVersion: feature.maxVersion })),
      finalizedFeaturesEpoch: 1n,
      finalizedFeatures: features.map((feature) => ({
        name: feature.name,
        minVersionLevel: feature.maxVersion,
        maxVersionLevel: feature.maxVersion,
      })),
    };
  }

  return self;
}

function judge(request: Struct, context: RequestContext): number {
  if (context.apiVersion < 3) return ErrorCode.none;
  const name = textField(request, 'clientSoftwareName');
  const version = textField(request, 'clientSoftwareVersion');
  if (!isSoftwareText(name) || !isSoftwareText(version)) return ErrorCode.invalidRequest;
  context.client.softwareName = name;
  context.client.softwareVersion = version;
  context.cluster.counters.software(name);
  const clusterId = nullableTextField(request, 'clusterId');
  const nodeId = intField(request, 'nodeId', -1);
  const elsewhere = clusterId !== null && clusterId !== context.cluster.clusterId;
  const otherNode = clusterId !== null && nodeId >= 0 && nodeId !== context.nodeId;
  return elsewhere || otherNode ? ErrorCode.rebootstrapRequired : ErrorCode.none;
}

function isSoftwareText(text: string): boolean {
  return text.length <= softwareCharsMax && softwarePattern.test(text);
}
