// LeaveGroup, v0-5. v3 several members, also static ones (KIP-345); v5 reason.
import type { Struct } from '../../protocol/message.ts';
import { nullableTextField, structsField, textField } from '../../protocol/struct-fields.ts';
import type { ApiHandler, RequestContext } from '../api-handler.ts';
import { ErrorCode } from '../error-code.ts';
import { memberGroup } from '../member-group.ts';

export const leaveGroup: ApiHandler = { apiKey: 13, minVersion: 0, maxVersion: 5, handle };

function handle(request: Struct, context: RequestContext): Struct {
  const group = memberGroup(textField(request, 'groupId'), context);
  if (typeof group === 'number') return { throttleTimeMs: 0, errorCode: group, members: [] };
  if (context.apiVersion < 3) {
    return { throttleTimeMs: 0, errorCode: group.leave(textField(request, 'memberId'), null) };
  }
  const members = structsField(request, 'members').map((member) => {
    const memberId = textField(member, 'memberId');
    const groupInstanceId = nullableTextField(member, 'groupInstanceId');
    return { memberId, groupInstanceId, errorCode: group.leave(memberId, groupInstanceId) };
  });
  return { throttleTimeMs: 0, errorCode: ErrorCode.none, members };
}
