// EndTxn, v0-5. v2 knows PRODUCER_FENCED; v5 bumps the epoch with every transaction and returns it (KIP-890).
import type { Struct } from '../../protocol/message.ts';
import { booleanField, intField, longField, textField } from '../../protocol/struct-fields.ts';
import type { ApiHandler, RequestContext } from '../api-handler.ts';
import { ErrorCode } from '../error-code.ts';
import { fencedErrorCode } from '../transaction-errors.ts';

export const endTxn: ApiHandler = { apiKey: 26, minVersion: 0, maxVersion: 5, handle };

function handle(request: Struct, context: RequestContext): Struct {
  const { cluster, apiVersion } = context;
  const transactionalId = textField(request, 'transactionalId');
  const coordinatorError = cluster.coordinatorError(transactionalId, context.nodeId);
  if (coordinatorError !== ErrorCode.none) {
    return { throttleTimeMs: 0, errorCode: coordinatorError, producerId: -1n, producerEpoch: -1 };
  }
  const identity = cluster.transactions.end(
    transactionalId,
    longField(request, 'producerId', -1n),
    intField(request, 'producerEpoch', -1),
    booleanField(request, 'committed', false),
    apiVersion >= 5,
  );
  return {
    throttleTimeMs: 0,
    errorCode: fencedErrorCode(identity.errorCode, apiVersion),
    producerId: identity.producerId,
    producerEpoch: identity.producerEpoch,
  };
}
