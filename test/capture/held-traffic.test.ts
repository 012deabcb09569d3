import { describe, expect, it } from 'vitest';
import { HeldTraffic } from '../../src/capture/held-traffic.ts';
import { type CaptureLimits, captureLimits, LimitCounter } from '../../src/capture/limits.ts';
import { TrafficTrack } from '../../src/capture/traffic-track.ts';

/** What is held, and what of it was told (`a data 3` are three bytes of connection a) or let go. */
class Scene {
  readonly out: string[] = [];
  readonly counter = new LimitCounter();
  readonly held: HeldTraffic;

  constructor(limits: Partial<CaptureLimits> = {}) {
    this.held = new HeldTraffic(
      { ...captureLimits, undecidedWaitUsMax: 100, ...limits },
      this.counter,
      ({ track, kind, bytes, missingBytes }) =>
        this.out.push(`${track.facts.addresses[0]} ${kind} ${bytes?.length ?? missingBytes}`),
      (track) => this.out.push(`${track.facts.addresses[0]} forgotten`),
    );
  }

  track(name: string): TrafficTrack {
    return new TrafficTrack({ addresses: [name, 'broker:1'], initiator: 0, startKnown: () => true }, []);
  }

  say(track: TrafficTrack, atUs: number, bytes: Uint8Array): void {
    this.held.tick(atUs);
    this.held.add(track, 'data', 0, atUs, bytes, null, '');
  }
}

describe('HeldTraffic', () => {
  it('holds a copy of what undecided connections say, and tells it in order once they are Kafka', () => {
    const scene = new Scene();
    const [a, b] = [scene.track('a'), scene.track('b')];
    const bytes = Uint8Array.of(1, 2, 3);
    scene.say(a, 1, bytes);
    scene.say(b, 2, bytes.subarray(0, 2));
    // Long enough for both to be set aside.
    scene.say(a, 200, bytes.subarray(0, 1));
    bytes.fill(9);
    expect([scene.out, [...(a.held[0]?.bytes ?? [])]]).toEqual([[], [1, 2, 3]]);
    a.kafka = true;
    b.kafka = true;
    scene.held.tellAll([b, a]);
    expect(scene.out).toEqual(['a data 3', 'b data 2', 'a data 1']);
    expect([scene.held.empty, a.heldBytes, b.heldBytes]).toEqual([true, 0, 0]);
  });

  it('counts what a full connection says as one gap', () => {
    const scene = new Scene({ undecidedBytesMax: 500 });
    const a = scene.track('a');
    for (const length of [400, 30, 70, 5]) scene.say(a, 1, new Uint8Array(length));
    expect(scene.counter.counts()).toEqual({ undecidedBytesMax: 1 });
    a.kafka = true;
    scene.held.drain();
    expect(scene.out).toEqual(['a data 400', 'a gap 105']);
  });

  it('lets the connections that hold longest go where all hold too much', () => {
    const scene = new Scene({ undecidedBytesTotalMax: 3_000 });
    const tracks = ['a', 'b', 'c'].map((name) => scene.track(name));
    for (const track of tracks) {
      track.aside = true;
      scene.say(track, 1, new Uint8Array(900));
    }
    expect(scene.out).toEqual(['a forgotten', 'b forgotten']);
    expect(scene.counter.counts()).toEqual({ undecidedBytesTotalMax: 2 });
    // Both are open, so they are held as if they had just begun.
    expect(tracks.map((track) => track.held.map(({ kind }) => kind))).toEqual([['opened'], ['opened'], ['data']]);
  });

  it('never tells what was let go, also where it still waits in the order', () => {
    const scene = new Scene();
    const a = scene.track('a');
    scene.say(a, 1, new Uint8Array(3));
    scene.held.giveUp(a);
    a.kafka = true;
    scene.held.tellAll([a]);
    expect(scene.out).toEqual(['a forgotten', 'a opened null']);
  });

  it('forgets everybody who was not decided about when the capture ends', () => {
    const scene = new Scene();
    const a = scene.track('a');
    scene.say(a, 1, new Uint8Array(3));
    a.closed = true;
    scene.held.end();
    expect([scene.out, a.held]).toEqual([['a forgotten'], []]);
  });
});
