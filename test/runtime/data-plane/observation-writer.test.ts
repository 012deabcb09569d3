import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newRingMemory } from '../../../src/runtime/data-plane/byte-ring.ts';
import { ObservationReader } from '../../../src/runtime/data-plane/observation-reader.ts';
import { ObservationWriter } from '../../../src/runtime/data-plane/observation-writer.ts';
import type { EngineInput, Segment } from '../../../src/wire/segment.ts';
import { Watcher } from '../../proxy/harness.ts';

function channel(capacity: number) {
  const memory = newRingMemory(capacity);
  const watcher = new Watcher();
  let wakes = 0;
  const writer = new ObservationWriter(
    memory,
    () => {
      wakes += 1;
    },
    { waits: false },
  );
  const reader = new ObservationReader(memory, watcher);
  return { writer, reader, watcher, wakes: () => wakes };
}

function segment(connection: number, bytes: Uint8Array, from: 'client' | 'broker' = 'client'): Segment {
  return { kind: 'segment', connection, from, atUs: 5, bytes, forwardedUs: 6 };
}

describe('what a data-plane thread writes', () => {
  it('rings after each entry', () => {
    const { writer, wakes } = channel(4096);
    writer.receive(segment(1, Uint8Array.of(1)));
    writer.receive({ kind: 'ended', connection: 1, from: 'client', atUs: 7 });
    expect(wakes()).toBe(2);
  });

  it('becomes a gap of its direction where the ring is full, so that no byte is taken for another', () => {
    const { writer, reader, watcher } = channel(1024);
    const written = new Uint8Array(200).fill(1);
    for (let count = 0; count < 6; count += 1) writer.receive(segment(1, written));
    const lost = writer.lost.bytes;
    expect(lost).toBeGreaterThan(0);
    expect(lost % 200).toBe(0);
    while (reader.read(1_000_000));
    writer.receive(segment(2, Uint8Array.of(9)));
    writer.receive(segment(1, Uint8Array.of(8)));
    while (reader.read(1_000_000));
    const kinds = watcher.inputs.slice(-3).map((input) => [input.kind, input.connection]);
    expect(kinds).toEqual([
      ['segment', 2],
      ['gap', 1],
      ['segment', 1],
    ]);
    expect(watcher.inputs.find((input) => input.kind === 'gap')).toEqual({
      kind: 'gap',
      connection: 1,
      from: 'client',
      atUs: 5,
      missingBytes: lost,
    });
  });

  it('counts each byte once, shown or missing, whenever the reader comes', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.integer({ min: 1, max: 700 }), fc.constant('read' as const))), (steps) => {
        const { writer, reader, watcher } = channel(1024);
        let sent = 0;
        for (const step of [...steps, 'read' as const]) {
          if (step === 'read') while (reader.read(1_000_000));
          else {
            writer.receive(segment(1, new Uint8Array(step)));
            sent += step;
          }
        }
        writer.receive(segment(1, new Uint8Array(1)));
        while (reader.read(1_000_000));
        const counted = watcher.inputs.reduce((sum, input) => sum + sizeOf(input), 0);
        expect(counted).toBe(sent + 1);
      }),
    );
  });

  it('lets connections and events wait for room, in their order', () => {
    const { writer, reader, watcher } = channel(256);
    for (let connection = 1; connection <= 20; connection += 1) {
      writer.receive({ kind: 'closed', connection, atUs: 1, reason: 'fin' });
    }
    expect(writer.waiting).toBeGreaterThan(0);
    expect(writer.room).toBe(0);
    while (writer.waiting > 0) {
      while (reader.read(1_000_000));
      writer.flush();
    }
    while (reader.read(1_000_000));
    expect(watcher.inputs.map((input) => input.connection)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
    expect(writer.lost).toEqual({ bytes: 0, inputs: 0 });
  });

  it('has less room for exchanges the fuller the ring is, and none beyond a half', () => {
    const { writer } = channel(4096);
    expect(writer.room).toBe(1);
    for (let count = 0; count < 5; count += 1) writer.receive(segment(1, new Uint8Array(200)));
    expect(writer.room).toBeGreaterThan(0);
    expect(writer.room).toBeLessThan(1);
    for (let count = 0; count < 5; count += 1) writer.receive(segment(1, new Uint8Array(200)));
    expect(writer.room).toBe(0);
  });
});

function sizeOf(input: EngineInput): number {
  if (input.kind === 'segment') return input.bytes.length;
  return input.kind === 'gap' ? (input.missingBytes ?? 0) : 0;
}
