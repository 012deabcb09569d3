import { describe, expect, it } from 'vitest';
import { ReplayClock } from '../../src/runtime/replay-clock.ts';
import { ReplayPlayer } from '../../src/runtime/replay-player.ts';
import type { EngineInput } from '../../src/wire/segment.ts';

/** A world whose clock only the test moves. */
class World {
  nowUs = 0;
  readonly told: number[] = [];
  /** Every second input completes an exchange. */
  completed = 0;
  #timers: (() => void)[] = [];
  readonly clock: ReplayClock;
  readonly player: ReplayPlayer;

  constructor(speed: number) {
    this.clock = new ReplayClock(speed);
    this.player = new ReplayPlayer(this.clock, {
      nowUs: () => this.nowUs,
      after: (_, callback) => {
        this.#timers.push(callback);
        return () => undefined;
      },
      tell: (input) => {
        this.told.push(input.atUs);
        if (this.told.length % 2 === 0) this.completed += 1;
      },
      completed: () => this.completed,
    });
  }

  push(...timesUs: number[]): void {
    for (const atUs of timesUs) this.player.push({ kind: 'ended', connection: 1, from: 'client', atUs } as EngineInput);
  }

  /** Lets time pass and everything that waited for it happen. */
  async pass(us: number): Promise<void> {
    this.nowUs += us;
    const due = this.#timers;
    this.#timers = [];
    for (const callback of due) callback();
    await this.settle();
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  }
}

describe('ReplayPlayer', () => {
  it('passes everything on at once at full speed, and never holds the reader', () => {
    const world = new World(Number.POSITIVE_INFINITY);
    world.push(10, 20, 30);
    expect(world.player.paused()).toBeUndefined();
    expect(world.told).toEqual([10, 20, 30]);
  });

  it('holds the reader until the time of what it gave has come', async () => {
    const world = new World(1);
    world.push(1_000, 2_000, 3_000);
    const held = world.player.paused();
    expect(world.told).toEqual([1_000]);
    await world.pass(1_500);
    expect(world.told).toEqual([1_000, 2_000]);
    await world.pass(1_500);
    expect(world.told).toEqual([1_000, 2_000, 3_000]);
    await held;
    expect(world.player.paused()).toBeUndefined();
  });

  it('pauses, steps to the next exchange and goes on', async () => {
    const world = new World(1);
    world.push(0, 10, 20, 30, 40);
    void world.player.paused();
    world.player.act({ kind: 'pause' });
    await world.pass(1_000_000);
    expect(world.told).toEqual([0]);
    world.player.act({ kind: 'step' });
    await world.pass(0);
    await world.pass(0);
    expect([world.told, world.completed]).toEqual([[0, 10], 1]);
    world.player.act({ kind: 'play' });
    await world.pass(1_000_000);
    expect(world.told).toEqual([0, 10, 20, 30, 40]);
  });

  it('goes forward at once, and asks for another reading to go back', async () => {
    const world = new World(1);
    world.push(0, 5_000_000, 9_000_000);
    void world.player.paused();
    expect(world.player.act({ kind: 'seek', toUs: 6_000_000 })).toBe(false);
    await world.pass(0);
    await world.pass(0);
    expect(world.told).toEqual([0, 5_000_000]);
    expect(world.player.face()).toMatchObject({ fromUs: 0, atUs: 6_000_000, playing: true });
    expect(world.player.act({ kind: 'seek', toUs: 1_000_000 })).toBe(true);
  });

  it('lets the reader go when it is stopped', async () => {
    const world = new World(1);
    world.push(0, 9_000_000);
    const held = world.player.paused();
    world.player.stop();
    await held;
    expect(world.told).toEqual([0]);
  });

  it('knows its end once all was told', () => {
    const world = new World(Number.POSITIVE_INFINITY);
    world.push(10, 30);
    expect(world.player.face().toUs).toBeNull();
    world.player.end();
    expect(world.player.face()).toMatchObject({ fromUs: 10, atUs: 30, toUs: 30 });
  });
});
