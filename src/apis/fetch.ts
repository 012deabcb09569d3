import { dataWaitFields, dataWaitUs } from './data-wait.ts';
import type { ApiProfile, WaitInput } from './profile.ts';

/**
 * Answers that refuse the whole request before any partition is read (KIP-227 sessions, KIP-848 topic ids):
 * 70 FETCH_SESSION_ID_NOT_FOUND, 71 INVALID_FETCH_SESSION_EPOCH, 106 FETCH_SESSION_TOPIC_ID_ERROR.
 * A partition's error is not here: a leader change also ends a fetch that was parked for long.
 */
const refusedAtOnce = new Set([70, 71, 106]);

/** Fetch (1): the broker parks it until `minBytes` are there or `maxWaitMs` are over. */
export const fetchProfile: ApiProfile = {
  apiKey: 1,
  requestFields: dataWaitFields,
  waitUs(input: WaitInput): number | null {
    return refusedAtOnce.has(input.errorCode) ? 0 : dataWaitUs(input);
  },
};
