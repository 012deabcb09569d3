import { decodeNested } from '../protocol/nested.ts';
import type { PayloadPlace } from './payload-reader.ts';

/** What a group member's bytes are for. */
export type MemberBytes = 'metadata' | 'assignment';

/** Fields in which a group protocol of the clients' own travels; brokers do not look inside. */
const memberFields: ReadonlyMap<string, MemberBytes> = new Map([
  ['JoinGroupRequest.metadata', 'metadata'],
  ['JoinGroupResponse.metadata', 'metadata'],
  ['DescribeGroupsResponse.memberMetadata', 'metadata'],
  ['GroupMetadataValue.subscription', 'metadata'],
  ['SyncGroupRequest.assignment', 'assignment'],
  ['SyncGroupResponse.assignment', 'assignment'],
  ['DescribeGroupsResponse.memberAssignment', 'assignment'],
  ['GroupMetadataValue.assignment', 'assignment'],
]);

/** Names of assignors that belong to one protocol type, for messages too old to state the type. */
const typeByAssignor: ReadonlyMap<string, string> = new Map([
  ['range', 'consumer'],
  ['roundrobin', 'consumer'],
  ['sticky', 'consumer'],
  ['cooperative-sticky', 'consumer'],
  ['stream', 'consumer'],
  ['default', 'connect'],
  ['compatible', 'connect'],
  ['sessioned', 'connect'],
]);

function textOf(place: PayloadPlace, ...names: readonly string[]): string | null {
  for (const name of names) {
    const value = place.lookup(name);
    if (typeof value === 'string' && value !== '') return value;
  }
  return null;
}

/** What a member's bytes are for; null where the place holds none. */
export function memberBytesOf(place: PayloadPlace): MemberBytes | null {
  return memberFields.get(`${place.owner}.${place.field}`) ?? null;
}

/** Name of the assignor or protocol the member chose or offers: `range`, `stream`, `sessioned`. */
export function assignorOf(place: PayloadPlace): string | null {
  return textOf(place, 'protocolName', 'protocolData', 'protocol', 'name');
}

/**
 * Protocol type of a member's bytes: what the message states, else what the assignor's name tells, else a guess by
 * whether the bytes read as the consumer protocol to the last one (SyncGroup states no type before version 5).
 */
export function protocolTypeOf(place: PayloadPlace, kind: MemberBytes, bytes: Uint8Array): string | null {
  const stated = textOf(place, 'protocolType');
  if (stated !== null) return stated;
  const byName = typeByAssignor.get(assignorOf(place) ?? '');
  if (byName !== undefined) return byName;
  const guess = decodeNested(
    kind === 'metadata' ? 'ConsumerProtocolSubscription' : 'ConsumerProtocolAssignment',
    bytes,
  );
  return guess.kind === 'decoded' && guess.trailingBytes === 0 ? 'consumer' : null;
}
