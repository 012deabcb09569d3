// DescribeCluster, v0-2. v1 endpoint type (1 brokers, 2 controllers; a broker listener refuses 2); v2 fenced brokers.
import type { Struct } from '../../protocol/message.ts';
import { booleanField, intField } from '../../protocol/struct-fields.ts';
import type { ApiHandler, RequestContext } from '../api-handler.ts';
import { operationsOf } from '../authorized-operations.ts';
import { ErrorCode } from '../error-code.ts';

export const describeCluster: ApiHandler = { apiKey: 60, minVersion: 0, maxVersion: 2, handle };

const endpointTypeBroker = 1;

function handle(request: Struct, context: RequestContext): Struct {
  const { cluster } = context;
  const endpointType = intField(request, 'endpointType', endpointTypeBroker);
  if (endpointType !== endpointTypeBroker) {
    return {
      throttleTimeMs: 0,
      errorCode: ErrorCode.unsupportedEndpointType,
      errorMessage: 'This listener belongs to a broker.',
      clusterId: '',
      brokers: [],
    };
  }
  return {
    throttleTimeMs: 0,
    errorCode: ErrorCode.none,
    errorMessage: null,
    endpointType,
    clusterId: cluster.clusterId,
    controllerId: cluster.controllerId,
    brokers: cluster.brokers().map((broker) => ({
      brokerId: broker.nodeId,
      host: broker.host,
      port: broker.port,
      rack: broker.rack,
      isFenced: false,
    })),
    clusterAuthorizedOperations: operationsOf(
      'cluster',
      booleanField(request, 'includeClusterAuthorizedOperations', false),
    ),
  };
}
