import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  firstSegmentsMax,
  LaterObserver,
  segmentBytesMax,
  waitingBytesMax,
  waitingInputsMax,
} from '../../src/proxy/later-observer.ts';
import { LookBudget } from '../../src/proxy/look-budget.ts';
import type { EngineInput } from '../../src/wire/segment.ts';
import { until, Watcher } from './harness.ts';

function setUp(): { watcher: Watcher; later: LaterObserver } {
  const watcher = new Watcher();
  return {
    watcher,
    later: new LaterObserver(
      watcher,
      new LookBudget(
        () => 0,
        () => 0,
      ),
    ),
  };
}

function segment(bytes: Uint8Array, atUs = 1): EngineInput {
  return { kind: 'segment', connection: 1, from: 'client', atUs, bytes, forwardedUs: atUs + 1 };
}

const opened: EngineInput = {
  kind: 'opened',
  connection: 1,
  atUs: 0,
  client: '127.0.0.1:1',
  broker: '127.0.0.1:2',
  nodeId: null,
  tls: null,
  midstream: false,
};

describe('LaterObserver', () => {
  test('hands small segments on by itself, as they were when they came', async () => {
    const { watcher, later } = setUp();
    const bytes = Uint8Array.of(1, 2, 3);
    later.receive(segment(bytes));
    // The memory of a segment is its source's again when the call returns.
    bytes.fill(9);
    later.receive({ kind: 'skipped', connection: 1, from: 'client', atUs: 2, frames: 1, bytes: 10 });
    later.receive(segment(Uint8Array.of(4), 3));
    expect(watcher.inputs).toEqual([]);
    await until(() => watcher.inputs.length === 3);
    expect(watcher.inputs.map(({ kind, atUs }) => [kind, atUs])).toEqual([
      ['segment', 1],
      ['skipped', 2],
      ['segment', 3],
    ]);
    expect(watcher.inputs[0]).toMatchObject({ forwardedUs: 2 });
    expect([...watcher.bytes('client')]).toEqual([1, 2, 3, 4]);
  });

  test.each([
    ['a connection that ends', 2, (later: LaterObserver) => later.receive({ ...closed })],
    ['a large segment', 2, (later: LaterObserver) => later.receive(segment(new Uint8Array(segmentBytesMax + 1), 2))],
    ['an event', 2, (later: LaterObserver) => later.event({ ...event })],
    ['the end of the proxy', 1, (later: LaterObserver) => later.flush()],
  ])('%s waits for nothing and lets nothing wait', (_name, told, happens) => {
    const { watcher, later } = setUp();
    later.receive(segment(Uint8Array.of(1)));
    expect(watcher.inputs).toEqual([]);
    happens(later);
    expect(watcher.inputs[0]?.kind).toBe('segment');
    expect(watcher.inputs.length + watcher.events.length).toBe(told);
  });

  test('the first segments of a connection do not wait: they tell who it is', () => {
    const { watcher, later } = setUp();
    later.receive(opened);
    for (let count = 0; count < firstSegmentsMax; count += 1) later.receive(segment(Uint8Array.of(1)));
    expect(watcher.inputs.length).toBe(1 + firstSegmentsMax);
    later.receive(segment(Uint8Array.of(1)));
    expect(watcher.inputs.length).toBe(1 + firstSegmentsMax);
    later.receive({ ...closed });
    expect(watcher.inputs.length).toBe(3 + firstSegmentsMax);
  });

  test('more than there is room for waits no longer', () => {
    const { watcher, later } = setUp();
    for (let count = 1; count < waitingInputsMax; count += 1) later.receive(segment(Uint8Array.of(1)));
    expect(watcher.inputs.length).toBe(0);
    later.receive(segment(Uint8Array.of(1)));
    expect(watcher.inputs.length).toBe(waitingInputsMax);
    const largest = new Uint8Array(segmentBytesMax);
    for (let used = 0; used < waitingBytesMax; used += segmentBytesMax) later.receive(segment(largest));
    expect(watcher.inputs.length).toBe(waitingInputsMax);
    later.receive(segment(Uint8Array.of(1)));
    expect(watcher.inputs.length).toBe(waitingInputsMax + waitingBytesMax / segmentBytesMax);
  });

  test('whatever comes, everything arrives once and in its order', () => {
    const sizes = fc.oneof(fc.nat(64), fc.constantFrom(0, segmentBytesMax - 1, segmentBytesMax, segmentBytesMax + 1));
    const steps = fc.array(
      fc.oneof(
        { weight: 8, arbitrary: sizes },
        { weight: 1, arbitrary: fc.constant('skipped' as const) },
        { weight: 1, arbitrary: fc.constant('flush' as const) },
      ),
      { maxLength: 200 },
    );
    fc.assert(
      fc.property(steps, (all) => {
        const { watcher, later } = setUp();
        const sent: string[] = [];
        let atUs = 0;
        for (const step of all) {
          atUs += 1;
          if (step === 'flush') later.flush();
          else if (step === 'skipped') {
            later.receive({ kind: 'skipped', connection: 1, from: 'client', atUs, frames: 1, bytes: 1 });
            sent.push(`skipped ${atUs}`);
          } else {
            later.receive(segment(new Uint8Array(step).fill(atUs), atUs));
            sent.push(`segment ${atUs} ${step}`);
          }
        }
        later.flush();
        const got = watcher.inputs.map((input) => {
          if (input.kind !== 'segment') return `${input.kind} ${input.atUs}`;
          expect(input.bytes.every((byte) => byte === (input.atUs & 0xff))).toBe(true);
          return `segment ${input.atUs} ${input.bytes.length}`;
        });
        expect(got).toEqual(sent);
      }),
    );
  });
});

const closed: EngineInput = { kind: 'closed', connection: 1, atUs: 2, reason: 'fin' };
const event = { kind: 'event', atUs: 2, event: 'listener-opened', connection: null, detail: {} } as const;
