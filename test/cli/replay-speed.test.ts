import { describe, expect, it } from 'vitest';
import { parseReplaySpeed } from '../../src/cli/replay-speed.ts';

describe('parseReplaySpeed', () => {
  it('reads factors and max', () => {
    expect(['1', '0.5', '10x', 'max'].map(parseReplaySpeed)).toEqual([1, 0.5, 10, Number.POSITIVE_INFINITY]);
  });

  it.each(['0', '-1', 'fast', '', '20000', '1e3'])('refuses %j', (text) => {
    expect(() => parseReplaySpeed(text)).toThrow(/or max/);
  });
});
