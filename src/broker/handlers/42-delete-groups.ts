// DeleteGroups, v0-3. v3 error messages.
import type { Struct } from '../../protocol/message.ts';
import { textsField } from '../../protocol/struct-fields.ts';
import type { ApiHandler, RequestContext } from '../api-handler.ts';
import { ErrorCode } from '../error-code.ts';

export const deleteGroups: ApiHandler = { apiKey: 42, minVersion: 0, maxVersion: 3, handle };

function handle(request: Struct, context: RequestContext): Struct {
  const results = textsField(request, 'groupsNames').map((groupId) => {
    const coordinatorError = context.cluster.coordinatorError(groupId, context.nodeId);
    const errorCode = coordinatorError === ErrorCode.none ? context.cluster.groups.delete(groupId) : coordinatorError;
    return { groupId, errorCode, errorMessage: null };
  });
  return { throttleTimeMs: 0, results };
}
