// SyncGroup, v0-5. v3 static members; v5 protocol type and name, checked against the group's. Parks until the leader
// has brought the assignments.
import type { Struct } from '../../protocol/message.ts';
import { bytesField, intField, nullableTextField, structsField, textField } from '../../protocol/struct-fields.ts';
import type { ApiHandler, RequestContext } from '../api-handler.ts';
import { noAssignment } from '../classic-member.ts';
import { ErrorCode } from '../error-code.ts';
import { memberGroup } from '../member-group.ts';

export const syncGroup: ApiHandler = { apiKey: 14, minVersion: 0, maxVersion: 5, handle };

async function handle(request: Struct, context: RequestContext): Promise<Struct> {
  const group = memberGroup(textField(request, 'groupId'), context);
  if (typeof group === 'number') return refused(group);
  const protocolType = nullableTextField(request, 'protocolType');
  const protocolName = nullableTextField(request, 'protocolName');
  const otherType = protocolType !== null && protocolType !== group.protocolType;
  const otherName = protocolName !== null && protocolName !== group.protocolName;
  if (otherType || otherName) return refused(ErrorCode.inconsistentGroupProtocol);
  const assignments = new Map<string, Uint8Array>();
  for (const each of structsField(request, 'assignments')) {
    assignments.set(textField(each, 'memberId'), bytesField(each, 'assignment')?.slice() ?? noAssignment);
  }
  const memberId = textField(request, 'memberId');
  const result = await group.sync(memberId, intField(request, 'generationId', -1), assignments);
  if (result.errorCode !== ErrorCode.none) return refused(result.errorCode);
  return {
    throttleTimeMs: 0,
    errorCode: ErrorCode.none,
    protocolType: group.protocolType,
    protocolName: group.protocolName,
    assignment: result.assignment,
  };
}

function refused(errorCode: number): Struct {
  return { throttleTimeMs: 0, errorCode, protocolType: null, protocolName: null, assignment: noAssignment };
}
