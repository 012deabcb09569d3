import type { ApiProfile } from './profile.ts';
import { rebalanceHoldUs } from './rebalance-hold.ts';

/** JoinGroup (11): held until every member of the group joined, at most the longest rebalance timeout among them. */
export const joinGroupProfile: ApiProfile = { apiKey: 11, waitUs: rebalanceHoldUs };
