// InitProducerId, v0-5. v3 takes the present id and epoch, so that a producer can go on after an error (KIP-360); v4
// knows PRODUCER_FENCED.
import type { Struct } from '../../protocol/message.ts';
import { intField, longField, nullableTextField } from '../../protocol/struct-fields.ts';
import type { ApiHandler, RequestContext } from '../api-handler.ts';
import { ErrorCode } from '../error-code.ts';

export const initProducerId: ApiHandler = { apiKey: 22, minVersion: 0, maxVersion: 5, handle };

function handle(request: Struct, context: RequestContext): Struct {
  const { cluster, apiVersion } = context;
  const transactionalId = nullableTextField(request, 'transactionalId');
  const coordinatorError = transactionalId === null ? 0 : cluster.coordinatorError(transactionalId, context.nodeId);
  if (coordinatorError !== ErrorCode.none) {
    return { throttleTimeMs: 0, errorCode: coordinatorError, producerId: -1n, producerEpoch: -1 };
  }
  const identity = cluster.transactions.init(
    transactionalId,
    intField(request, 'transactionTimeoutMs', 0),
    longField(request, 'producerId', -1n),
    intField(request, 'producerEpoch', -1),
  );
  const fenced = identity.errorCode === ErrorCode.producerFenced && apiVersion < 4;
  return {
    throttleTimeMs: 0,
    errorCode: fenced ? ErrorCode.invalidProducerEpoch : identity.errorCode,
    producerId: identity.producerId,
    producerEpoch: identity.producerEpoch,
  };
}
