import { describe, expect, it } from 'vitest';
import { ReplayClock } from '../../src/runtime/replay-clock.ts';

const max = Number.POSITIVE_INFINITY;

describe('ReplayClock', () => {
  it('lets the capture happen in its own time, or faster', () => {
    const clock = new ReplayClock(2);
    expect(clock.dueUs(1_000, 50)).toBe(1_000);
    expect(clock.dueUs(1_000, 150)).toBe(1_200);
    expect(clock.waitMs(3_200, 150)).toBe(1);
    expect(clock.positionUs(150)).toBe(1_200);
  });

  it('waits for nothing at full speed', () => {
    const clock = new ReplayClock(max);
    expect(clock.unbounded).toBe(true);
    expect(clock.dueUs(1_000, 0)).toBe(max);
    clock.happened(7_000, 5);
    expect(clock.positionUs(99)).toBe(7_000);
  });

  it('stands still while paused, and goes on from there', () => {
    const clock = new ReplayClock(1);
    clock.dueUs(1_000, 0);
    clock.pause(500);
    expect([clock.dueUs(1_000, 9_000), clock.waitMs(5_000, 9_000)]).toEqual([1_500, null]);
    clock.play(9_000);
    expect(clock.dueUs(1_000, 9_100)).toBe(1_600);
  });

  it('changes its speed without a jump', () => {
    const clock = new ReplayClock(1);
    clock.dueUs(0, 0);
    clock.setSpeed(10, 100);
    expect(clock.positionUs(110)).toBe(200);
  });

  it('goes forward at once and stays where it was told, and says when it must begin anew', () => {
    const clock = new ReplayClock(1);
    clock.dueUs(1_000, 0);
    expect(clock.seek(9_000, 100)).toBe(false);
    expect(clock.dueUs(1_000, 100)).toBe(9_000);
    clock.arrived(200);
    expect(clock.positionUs(250)).toBe(9_050);
    expect(clock.seek(2_000, 250)).toBe(true);
    expect(clock.dueUs(1_000, 300)).toBe(2_000);
  });
});
