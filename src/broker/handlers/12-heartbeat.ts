// Heartbeat, v0-4. v1 throttle time; v3 static members.
import type { Struct } from '../../protocol/message.ts';
import { intField, textField } from '../../protocol/struct-fields.ts';
import type { ApiHandler, RequestContext } from '../api-handler.ts';
import { memberGroup } from '../member-group.ts';

export const heartbeat: ApiHandler = { apiKey: 12, minVersion: 0, maxVersion: 4, handle };

function handle(request: Struct, context: RequestContext): Struct {
  const group = memberGroup(textField(request, 'groupId'), context);
  const errorCode =
    typeof group === 'number'
      ? group
      : group.heartbeat(textField(request, 'memberId'), intField(request, 'generationId', -1));
  return { throttleTimeMs: 0, errorCode };
}
