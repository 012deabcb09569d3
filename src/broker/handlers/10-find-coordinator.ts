// FindCoordinator, v0-6. v1 key types (0 group, 1 transaction; 2 share since v6) and error message; v4 several keys.
import type { Struct } from '../../protocol/message.ts';
import { intField, textField, textsField } from '../../protocol/struct-fields.ts';
import type { ApiHandler, RequestContext } from '../api-handler.ts';
import { ErrorCode } from '../error-code.ts';

export const findCoordinator: ApiHandler = { apiKey: 10, minVersion: 0, maxVersion: 6, handle };

const keyTypes = { group: 0, transaction: 1 } as const;

function handle(request: Struct, context: RequestContext): Struct {
  const keyType = intField(request, 'keyType', keyTypes.group);
  if (context.apiVersion < 4) return { throttleTimeMs: 0, ...find(textField(request, 'key'), keyType, context) };
  const coordinators = textsField(request, 'coordinatorKeys').map((key) => ({ key, ...find(key, keyType, context) }));
  return { throttleTimeMs: 0, coordinators };
}

function find(key: string, keyType: number, context: RequestContext): Struct {
  if (keyType !== keyTypes.group && keyType !== keyTypes.transaction) {
    return failed(ErrorCode.invalidRequest, 'This cluster coordinates groups and transactions only.');
  }
  if (keyType === keyTypes.group && key === '') {
    return failed(ErrorCode.invalidGroupId, 'The group id is empty.');
  }
  const node = context.cluster.broker(context.cluster.coordinatorOf(key));
  if (node === null) return failed(ErrorCode.coordinatorNotAvailable, 'The coordinator has not started yet.');
  return { errorCode: ErrorCode.none, errorMessage: '', nodeId: node.nodeId, host: node.host, port: node.port };
}

function failed(errorCode: number, errorMessage: string): Struct {
  return { errorCode, errorMessage, nodeId: -1, host: '', port: -1 };
}
