import type { ApiProfile } from './profile.ts';
import { rebalanceHoldUs } from './rebalance-hold.ts';

/** SyncGroup (14): held until the leader of the group sent the assignment. */
export const syncGroupProfile: ApiProfile = { apiKey: 14, waitUs: rebalanceHoldUs };
