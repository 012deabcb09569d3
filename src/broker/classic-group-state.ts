/**
 * A classic group's life, as Kafka names it:
 *
 *   Empty ──join──► PreparingRebalance ──all joined, or time is up──► CompletingRebalance ──leader's sync──► Stable
 *     ▲                │  ▲     ▲                                          │                                   │
 *     └──nobody left───┘  │     └────────── member joins, leaves or dies ──┘                                   │
 *                         └─────────────── member joins, leaves or dies ───────────────────────────────────────┘
 *
 * Any state ends in Dead when the group is deleted.
 */
export type ClassicGroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable' | 'Dead';

/** From each state, the states that may follow. */
const following: Readonly<Record<ClassicGroupState, readonly ClassicGroupState[]>> = {
  Empty: ['PreparingRebalance', 'Dead'],
  PreparingRebalance: ['CompletingRebalance', 'Empty', 'Dead'],
  CompletingRebalance: ['Stable', 'PreparingRebalance', 'Dead'],
  Stable: ['PreparingRebalance', 'Dead'],
  Dead: [],
};

/** Whether the table allows the step. */
export function mayFollow(from: ClassicGroupState, to: ClassicGroupState): boolean {
  return following[from].includes(to);
}
