import { describe, expect, it } from 'vitest';
import { mayFollow } from '../../src/broker/classic-group-state.ts';

describe('the states of a classic group', () => {
  it('go round through both phases of a rebalance', () => {
    const round = ['Empty', 'PreparingRebalance', 'CompletingRebalance', 'Stable', 'PreparingRebalance'] as const;
    for (let index = 1; index < round.length; index += 1) {
      expect(mayFollow(round[index - 1] ?? 'Dead', round[index] ?? 'Dead')).toBe(true);
    }
  });

  it('never skip the joining phase and never leave Dead', () => {
    expect(mayFollow('Empty', 'Stable')).toBe(false);
    expect(mayFollow('Stable', 'CompletingRebalance')).toBe(false);
    expect(mayFollow('Dead', 'Empty')).toBe(false);
  });
});
