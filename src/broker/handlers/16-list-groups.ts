// ListGroups, v0-5: the groups this broker coordinates. v4 filter by state; v5 filter by type (KIP-848).
import type { Struct } from '../../protocol/message.ts';
import { textsField } from '../../protocol/struct-fields.ts';
import type { ApiHandler, RequestContext } from '../api-handler.ts';
import { ErrorCode } from '../error-code.ts';

export const listGroups: ApiHandler = { apiKey: 16, minVersion: 0, maxVersion: 5, handle };

function handle(request: Struct, context: RequestContext): Struct {
  const states = textsField(request, 'statesFilter').map((state) => state.toLowerCase());
  const types = textsField(request, 'typesFilter').map((type) => type.toLowerCase());
  const groups: Struct[] = [];
  for (const group of context.cluster.groups.all()) {
    if (context.cluster.coordinatorOf(group.id) !== context.nodeId) continue;
    if (states.length > 0 && !states.includes(group.state.toLowerCase())) continue;
    if (types.length > 0 && !types.includes(group.kind)) continue;
    groups.push({
      groupId: group.id,
      protocolType: group.kind === 'consumer' ? 'consumer' : group.protocolType,
      groupState: group.state,
      groupType: group.kind,
    });
  }
  return { throttleTimeMs: 0, errorCode: ErrorCode.none, groups };
}
