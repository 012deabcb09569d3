import { describe, expect, it } from 'vitest';
import { assignorOf, memberBytesOf, protocolTypeOf } from '../../src/payloads/member-bytes.ts';
import { hexBytes, place } from './payload-checks.ts';

const assignment = hexBytes('0000 00000000 ffffffff');

describe('bytes of group members', () => {
  it('are known by message and field', () => {
    expect(memberBytesOf(place('JoinGroupRequest', 'metadata'))).toBe('metadata');
    expect(memberBytesOf(place('DescribeGroupsResponse', 'memberAssignment'))).toBe('assignment');
    expect(memberBytesOf(place('GroupMetadataValue', 'subscription'))).toBe('metadata');
    expect(memberBytesOf(place('OffsetCommitRequest', 'metadata'))).toBeNull();
  });

  it('have the type that is stated, else that of their assignor, else a guess', () => {
    const typeOf = (beside: Record<string, string | null>) =>
      protocolTypeOf(place('SyncGroupRequest', 'assignment', beside), 'assignment', assignment);
    expect(typeOf({ protocolType: 'sr', protocolName: 'range' })).toBe('sr');
    expect(typeOf({ protocolType: null, protocolName: 'sessioned' })).toBe('connect');
    expect(typeOf({ protocolData: 'cooperative-sticky' })).toBe('consumer');
    expect(typeOf({})).toBe('consumer');
    expect(protocolTypeOf(place('SyncGroupRequest', 'assignment'), 'assignment', hexBytes('0102'))).toBeNull();
  });

  it('name their assignor in the field that their message has', () => {
    expect(assignorOf(place('JoinGroupRequest', 'metadata', { name: 'range' }))).toBe('range');
    expect(assignorOf(place('GroupMetadataValue', 'subscription', { protocol: 'stream', name: 'x' }))).toBe('stream');
    expect(assignorOf(place('SyncGroupRequest', 'assignment', { protocolName: '' }))).toBeNull();
  });
});
