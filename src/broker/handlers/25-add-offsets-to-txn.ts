// AddOffsetsToTxn, v0-4: a group's offsets will be committed with the transaction. v2 knows PRODUCER_FENCED.
import type { Struct } from '../../protocol/message.ts';
import { intField, longField, textField } from '../../protocol/struct-fields.ts';
import type { ApiHandler, RequestContext } from '../api-handler.ts';
import { ErrorCode } from '../error-code.ts';
import { fencedErrorCode } from '../transaction-errors.ts';

export const addOffsetsToTxn: ApiHandler = { apiKey: 25, minVersion: 0, maxVersion: 4, handle };

function handle(request: Struct, context: RequestContext): Struct {
  const { cluster } = context;
  const transactionalId = textField(request, 'transactionalId');
  const coordinatorError = cluster.coordinatorError(transactionalId, context.nodeId);
  if (coordinatorError !== ErrorCode.none) return { throttleTimeMs: 0, errorCode: coordinatorError };
  const errorCode = cluster.transactions.check(
    transactionalId,
    longField(request, 'producerId', -1n),
    intField(request, 'producerEpoch', -1),
  );
  if (errorCode === ErrorCode.none) cluster.transactions.addGroup(transactionalId, textField(request, 'groupId'));
  return { throttleTimeMs: 0, errorCode: fencedErrorCode(errorCode, context.apiVersion) };
}
