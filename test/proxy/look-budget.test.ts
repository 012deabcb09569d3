import { describe, expect, test } from 'vitest';
import { isFrequent, LookBudget } from '../../src/proxy/look-budget.ts';

const produce = 0;
const metadata = 3;

/** A loop on a virtual clock: so many requests a second, each costing some forwarding and, when looked at, looking. */
class Loop {
  nowUs = 1_000_000;
  idleUs = 0;
  /** Processor time had, as a share of the time busy. */
  processorShare = 1;
  /** Size of what is looked at. */
  lookedBytes = 0;
  #processorUs = 0;
  readonly budget: LookBudget;

  constructor(everything = false) {
    this.budget = new LookBudget(
      () => this.idleUs,
      () => this.#processorUs,
      { everything },
    );
  }

  /** Runs for `ms`; returns how many requests came and how many were looked at. */
  run(ms: number, perSecond: number, forwardUs: number, lookUs: number, apiKey = produce) {
    const endUs = this.nowUs + ms * 1000;
    const everyUs = 1_000_000 / perSecond;
    let dueUs = this.nowUs;
    let seen = 0;
    let looked = 0;
    while (this.nowUs < endUs) {
      if (this.nowUs < dueUs) {
        this.idleUs += dueUs - this.nowUs;
        this.nowUs = dueUs;
      }
      dueUs += everyUs;
      this.nowUs += forwardUs;
      seen += 1;
      const looks = this.budget.looksAt(apiKey);
      if (looks) looked += 1;
      const fromUs = this.nowUs;
      this.nowUs += looks ? lookUs : 0;
      this.#processorUs += (forwardUs + (looks ? lookUs : 0)) * this.processorShare;
      this.budget.spent(fromUs, this.nowUs, looks ? this.lookedBytes : 0);
    }
    return { seen, looked, share: looked / seen };
  }
}

describe('LookBudget', () => {
  test('looks at everything while the loop has time to spare', () => {
    const loop = new Loop();
    expect(loop.run(5000, 10_000, 10, 20).share).toBe(1);
    expect(loop.budget.share).toBe(1);
  });

  test('a burst of looking is taken whole, a flood is not', () => {
    const loop = new Loop();
    expect(loop.run(100, 100_000, 1, 9).share).toBe(1);
    loop.run(2000, 100_000, 1, 9);
    expect(loop.budget.share).toBeLessThan(1);
  });

  test('under a flood looking gets a third of what forwarding leaves', () => {
    const loop = new Loop();
    loop.run(2000, 100_000, 1, 9);
    const { seen, looked } = loop.run(5000, 100_000, 1, 9);
    // 10 % of the time goes to forwarding, a third of 90 % is for looking: 300,000 µs a second at 9 µs.
    expect(looked / 5).toBeGreaterThan(27_000);
    expect(looked / 5).toBeLessThan(36_000);
    expect(seen / 5).toBeGreaterThan(99_000);
  });

  test('a fiftieth of the time is always for looking, however busy forwarding is', () => {
    const loop = new Loop();
    loop.run(3000, 1_000_000, 1, 9);
    const { looked } = loop.run(5000, 1_000_000, 1, 9);
    // The loop is full: 20,000 µs a second at 9 µs.
    expect(looked / 5).toBeGreaterThan(1_700);
    expect(looked / 5).toBeLessThan(3_000);
  });

  test('large frames cost more than the clock says', () => {
    const small = new Loop();
    const large = new Loop();
    large.lookedBytes = 106_000;
    for (const loop of [small, large]) loop.run(3000, 1_000_000, 1, 9);
    const lookedOfSmall = small.run(5000, 1_000_000, 1, 9).looked;
    const lookedOfLarge = large.run(5000, 1_000_000, 1, 9).looked;
    // 9 µs by the clock, and 15.5 µs for the bytes.
    expect(lookedOfSmall / lookedOfLarge).toBeGreaterThan(2);
    expect(lookedOfSmall / lookedOfLarge).toBeLessThan(3.5);
  });

  test('idle time is none to spare where others keep the processor from us', () => {
    const loop = new Loop();
    loop.run(1000, 10_000, 10, 20);
    expect(loop.budget.share).toBe(1);
    loop.processorShare = 0.4;
    loop.run(1000, 10_000, 10, 20);
    const { share } = loop.run(2000, 10_000, 10, 20);
    expect(share).toBeLessThan(0.1);
    expect(share).toBeGreaterThan(0.01);
    loop.processorShare = 1;
    loop.run(1000, 10_000, 10, 20);
    expect(loop.budget.share).toBe(1);
  });

  test('when the flood ends everything is looked at again', () => {
    const loop = new Loop();
    loop.run(3000, 1_000_000, 1, 9);
    loop.run(1000, 1000, 1, 9);
    expect(loop.budget.share).toBe(1);
    expect(loop.run(1000, 1000, 1, 9).share).toBe(1);
  });

  test('rare APIs are never skipped', () => {
    const loop = new Loop();
    loop.run(3000, 1_000_000, 1, 9);
    expect(loop.run(200, 1_000_000, 1, 9, metadata).share).toBe(1);
    expect([3, 10, 17, 18, 22, 36, -1, 999].map(isFrequent)).not.toContain(true);
    expect([0, 1, 12].map(isFrequent)).toEqual([true, true, true]);
  });

  test('told to look at everything, it does, whatever it costs', () => {
    const loop = new Loop(true);
    expect(loop.run(3000, 1_000_000, 1, 9).share).toBe(1);
  });

  test('a request looked at beyond the sample counts as cost', () => {
    const loop = new Loop();
    loop.run(3000, 1_000_000, 1, 9);
    const before = loop.budget.share;
    loop.budget.lookedBeyond();
    loop.budget.spent(loop.nowUs, loop.nowUs + 30_000);
    expect(loop.budget.share).toBeLessThanOrEqual(before * 4);
  });

  test('looks at no more than there is room for, and at rare APIs all the same', () => {
    let room = 1;
    const budget = new LookBudget(
      () => 0,
      () => 0,
      { room: () => room },
    );
    const looked = (apiKey: number) => {
      let count = 0;
      for (let request = 0; request < 10_000; request += 1) if (budget.looksAt(apiKey)) count += 1;
      return count;
    };
    expect(looked(0)).toBe(10_000);
    room = 0.25;
    expect(budget.share).toBe(0.25);
    expect(looked(0)).toBeGreaterThan(2_200);
    expect(looked(0)).toBeLessThan(2_800);
    room = 0;
    expect(looked(0)).toBe(0);
    expect(looked(metadata)).toBe(10_000);
    expect(
      new LookBudget(
        () => 0,
        () => 0,
        { everything: true, room: () => 0 },
      ).looksAt(0),
    ).toBe(true);
  });
});
