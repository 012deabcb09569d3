import { dataWaitFields, dataWaitUs } from './data-wait.ts';
import type { ApiProfile, WaitInput } from './profile.ts';

/**
 * Answers that refuse the whole request at once (KIP-932): 122 SHARE_SESSION_NOT_FOUND, 123 INVALID_SHARE_SESSION_EPOCH,
 * 133 SHARE_SESSION_LIMIT_REACHED.
 */
const refusedAtOnce = new Set([122, 123, 133]);

/** ShareFetch (78): parked like Fetch, until records can be acquired for the member. */
export const shareFetchProfile: ApiProfile = {
  apiKey: 78,
  requestFields: dataWaitFields,
  waitUs(input: WaitInput): number | null {
    return refusedAtOnce.has(input.errorCode) ? 0 : dataWaitUs(input);
  },
};
