import { fetchProfile } from './fetch.ts';
import { joinGroupProfile } from './join-group.ts';
import type { ApiProfile, WaitInput } from './profile.ts';
import { shareFetchProfile } from './share-fetch.ts';
import { syncGroupProfile } from './sync-group.ts';

/**
 * Knowledge per API that the tables cannot say. In: plain numbers of one exchange. Out: plain numbers.
 * This room knows no connection, no store and no clock. To add an API: one file, one line here.
 */
const profiles: readonly ApiProfile[] = [fetchProfile, joinGroupProfile, syncGroupProfile, shareFetchProfile];

const byKey: (ApiProfile | undefined)[] = [];
for (const profile of profiles) byKey[profile.apiKey] = profile;

const noFields: readonly string[] = [];

/** The profile of an API, or null when the tables say all there is to say. */
export function profileOf(apiKey: number): ApiProfile | null {
  return byKey[apiKey] ?? null;
}

/** Top-level request fields that must be remembered until the response arrives; empty for most APIs. */
export function waitFieldsOf(apiKey: number): readonly string[] {
  return byKey[apiKey]?.requestFields ?? noFields;
}

/** Deliberate part of the broker time, microseconds, from 0 to `brokerTimeUs` (PROTOCOL 4.6). */
export function waitUsOf(apiKey: number, input: WaitInput): number {
  const profile = byKey[apiKey];
  if (profile?.waitUs === undefined) return 0;
  const waitUs = profile.waitUs(input);
  if (waitUs === null || !(waitUs > 0)) return 0;
  return Math.min(waitUs, Math.max(0, input.brokerTimeUs));
}
