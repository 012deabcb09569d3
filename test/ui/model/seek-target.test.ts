import { describe, expect, it } from 'vitest';
import { seekTarget } from '../../../ui/model/seek-target.ts';

const fromUs = Date.UTC(2026, 10, 21, 23, 59, 50) * 1000;
const clock = { playing: true, speed: 1, fromUs, atUs: fromUs + 5_000_000, toUs: fromUs + 100_000_000 };
const target = (text: string) => {
  const found = seekTarget(text, clock, true);
  return typeof found === 'string' ? found : (found.toUs - fromUs) / 1e6;
};

describe('seekTarget', () => {
  it('reads steps from here, shares and times of day, also of the next day', () => {
    expect(['+30s', '-2s', '+1.5s', '+250ms', '50%', '23:59:55.5', '00:00:10', '-1h'].map(target)).toEqual([
      35, 3, 6.5, 5.25, 50, 5.5, 20, 0,
    ]);
  });

  it.each(['', 'soon', '25:00', '12:60', '5', '+5'])('does not guess what %j means', (text) => {
    expect(target(text)).toContain('such as 14:02:11');
  });

  it('says why a share is not known yet', () => {
    expect(seekTarget('50%', { ...clock, toUs: null }, true)).toContain('read to its end');
    expect(seekTarget('+1s', null, true)).toContain('not begun');
  });
});
