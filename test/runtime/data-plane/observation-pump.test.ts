import { afterEach, describe, expect, it } from 'vitest';
import { newRingMemory } from '../../../src/runtime/data-plane/byte-ring.ts';
import { ObservationPump } from '../../../src/runtime/data-plane/observation-pump.ts';
import { ObservationReader } from '../../../src/runtime/data-plane/observation-reader.ts';
import { ObservationWriter } from '../../../src/runtime/data-plane/observation-writer.ts';
import { newStateMemory, SharedState } from '../../../src/runtime/data-plane/shared-state.ts';
import { closeAll, closeLater, until, Watcher } from '../../proxy/harness.ts';

afterEach(closeAll);

function pumped(rests = false) {
  const state = new SharedState(newStateMemory(1));
  const pump = new ObservationPump(state, { rests });
  closeLater(() => pump.stop());
  const memory = newRingMemory(65_536);
  const watcher = new Watcher();
  const reader = new ObservationReader(memory, watcher);
  let wakes = 0;
  const wake = () => {
    if (!state.mustWake()) return;
    wakes += 1;
    pump.wake();
  };
  const writer = new ObservationWriter(memory, wake, { waits: false });
  pump.add(reader);
  return { pump, reader, writer, watcher, wakes: () => wakes, state };
}

describe('reading all rings', () => {
  it('goes on by itself while there is traffic', async () => {
    const { writer, watcher } = pumped();
    for (let count = 1; count <= 100; count += 1) {
      writer.receive({ kind: 'closed', connection: count, atUs: 1, reason: 'fin' });
      if (count % 10 === 0) await until(() => watcher.inputs.length === count);
    }
    expect(watcher.inputs).toHaveLength(100);
  });

  it('sleeps where there is none, and is woken by the first entry', async () => {
    const { writer, watcher, wakes, state } = pumped();
    // It sleeps as soon as somebody may wake it.
    await until(() => state.mustWake());
    state.sleep();
    writer.receive({ kind: 'closed', connection: 1, atUs: 1, reason: 'fin' });
    expect(wakes()).toBe(1);
    await until(() => watcher.inputs.length === 1);
  });

  it('reads all, slice by slice, where it has to rest between them', async () => {
    const { writer, watcher } = pumped(true);
    for (let connection = 1; connection <= 200; connection += 1) {
      const bytes = new Uint8Array(4096);
      await until(() => writer.room === 1);
      writer.receive({ kind: 'segment', connection, from: 'client', atUs: 1, bytes, forwardedUs: 1 });
    }
    await until(() => watcher.inputs.length === 200);
    expect(writer.lost).toEqual({ bytes: 0, inputs: 0 });
  });

  it('reads a ring to its end at once when its writer is gone', () => {
    const { pump, reader, writer, watcher } = pumped();
    for (let connection = 1; connection <= 50; connection += 1) {
      writer.receive({ kind: 'closed', connection, atUs: 1, reason: 'fin' });
    }
    pump.finish(reader);
    expect(watcher.inputs).toHaveLength(50);
  });
});
