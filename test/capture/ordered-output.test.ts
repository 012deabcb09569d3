import { describe, expect, it } from 'vitest';
import { captureLimits, LimitCounter } from '../../src/capture/limits.ts';
import { OrderedOutput } from '../../src/capture/ordered-output.ts';
import { type HeldInput, TrafficTrack } from '../../src/capture/traffic-track.ts';

/** Tracks by letter, an output, and what came out of it: `a1` told, `(b2)` set aside. */
class Scene {
  readonly out: string[] = [];
  readonly counter = new LimitCounter();
  readonly output: OrderedOutput;
  readonly #tracks = new Map<string, TrafficTrack>();
  #order = 0;

  constructor(limits: Partial<typeof captureLimits> = {}) {
    this.output = new OrderedOutput(
      { ...captureLimits, undecidedWaitUsMax: 100, ...limits },
      this.counter,
      (input) => this.out.push(this.#name(input)),
      (input) => this.out.push(`(${this.#name(input)})`),
    );
  }

  track(letter: string): TrafficTrack {
    let track = this.#tracks.get(letter);
    if (track === undefined) {
      track = new TrafficTrack({ addresses: [letter, 'broker:1'], initiator: 0, startKnown: () => true }, []);
      this.#tracks.set(letter, track);
    }
    return track;
  }

  say(letter: string, atUs: number, bytes = 0): this {
    this.#order += 1;
    const track = this.track(letter);
    const input: HeldInput = {
      order: this.#order,
      track,
      kind: 'data',
      side: 0,
      atUs,
      bytes: new Uint8Array(bytes),
      missingBytes: null,
      reason: '',
    };
    this.output.push(input);
    this.output.drain(atUs);
    return this;
  }

  #name(input: HeldInput): string {
    return `${input.track.facts.addresses[0]}${input.order}`;
  }
}

describe('OrderedOutput', () => {
  it('keeps recognised connections behind an undecided one until that is decided', () => {
    const scene = new Scene();
    scene.track('k').kafka = true;
    scene.say('k', 1).say('u', 2).say('k', 3);
    expect(scene.out).toEqual(['k1']);
    expect(scene.output.empty).toBe(false);
    scene.track('u').kafka = true;
    scene.output.drain(4);
    expect(scene.out).toEqual(['k1', 'u2', 'k3']);
    expect(scene.output.empty).toBe(true);
  });

  it('sets a connection aside that stays undecided, and does not wait for it again', () => {
    const scene = new Scene();
    scene.track('k').kafka = true;
    scene.say('u', 0).say('k', 50).say('u', 60).say('k', 101);
    expect(scene.out).toEqual(['(u1)', 'k2', '(u3)', 'k4']);
    scene.say('u', 102).say('k', 103);
    expect(scene.out.slice(4)).toEqual(['(u5)', 'k6']);
    expect(scene.counter.counts()).toEqual({});
  });

  it('stops waiting when too much is queued, and counts that', () => {
    const scene = new Scene({ orderedBytesMax: 1_000 });
    scene.track('k').kafka = true;
    scene.say('u', 0).say('k', 1, 2_000);
    expect(scene.out).toEqual(['(u1)', 'k2']);
    expect(scene.counter.counts()).toEqual({ orderedBytesMax: 1 });
  });

  it('gives everything in order when time is over', () => {
    const scene = new Scene();
    for (let count = 0; count < 3_000; count += 1) scene.say('u', 1);
    scene.output.drain(Number.POSITIVE_INFINITY);
    expect(scene.out.length).toBe(3_000);
    expect(scene.out.at(-1)).toBe('(u3000)');
  });
});
