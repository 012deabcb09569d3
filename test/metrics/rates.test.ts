import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RateRing, restartBehindSeconds } from '../../src/metrics/rates.ts';

const start = 1_700_000_000;
const us = 1_000_000;

describe('rates', () => {
  test('a steady 5 a second is 5 in both windows', () => {
    const ring = new RateRing();
    for (let second = 0; second < 200; second++) for (let i = 0; i < 5; i++) ring.add(start + second);
    const nowUs = (start + 200) * us;
    expect(ring.perSecond(nowUs, 10, start * us)).toBeCloseTo(5, 9);
    expect(ring.perSecond(nowUs, 60, start * us)).toBeCloseTo(5, 9);
  });

  test('a young run divides by the time that has passed, at least one second', () => {
    const ring = new RateRing();
    for (let i = 0; i < 30; i++) ring.add(start);
    expect(ring.perSecond((start + 0.5) * us, 10, start * us)).toBe(30);
    expect(ring.perSecond((start + 3) * us, 10, start * us)).toBe(10);
  });

  test('what is older than the window fades with the second it lies in', () => {
    const ring = new RateRing();
    for (let i = 0; i < 100; i++) ring.add(start);
    expect(ring.perSecond((start + 10.25) * us, 10, start * us)).toBeCloseTo(7.5, 6);
    expect(ring.perSecond((start + 11) * us, 10, start * us)).toBe(0);
    expect(ring.perSecond((start + 1_000_000) * us, 60, start * us)).toBe(0);
  });

  test('late seconds count where they belong, a far jump back starts anew', () => {
    const ring = new RateRing();
    ring.add(start + 20);
    ring.add(start + 15);
    ring.add(start + 20 - 64);
    expect(ring.perSecond((start + 21) * us, 10, 0)).toBeCloseTo(0.2, 9);
    const wild = start + restartBehindSeconds * 1000;
    ring.add(wild);
    ring.add(start + 30);
    expect(ring.perSecond((start + 31) * us, 10, 0)).toBeCloseTo(0.1, 9);
  });

  test('equals counting by hand for any ascending seconds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 70 }), { minLength: 1 }),
        fc.constantFrom(10, 60),
        (steps, window) => {
          const ring = new RateRing();
          const seconds: number[] = [];
          let second = start;
          for (const step of steps) {
            second += step > 60 ? step : step % 3;
            seconds.push(second);
            ring.add(second);
          }
          const now = second + 1;
          const inWindow = seconds.filter((each) => each >= now - window).length;
          expect(ring.perSecond(now * us, window, 0)).toBeCloseTo(inWindow / window, 9);
        },
      ),
    );
  });
});
