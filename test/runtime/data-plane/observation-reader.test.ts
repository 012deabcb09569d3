import { describe, expect, it } from 'vitest';
import type { TrafficEvent } from '../../../src/exchange/event.ts';
import { newRingMemory } from '../../../src/runtime/data-plane/byte-ring.ts';
import { ObservationReader } from '../../../src/runtime/data-plane/observation-reader.ts';
import { ObservationWriter } from '../../../src/runtime/data-plane/observation-writer.ts';
import type { EngineInput } from '../../../src/wire/segment.ts';
import { Watcher } from '../../proxy/harness.ts';

const inputs: readonly EngineInput[] = [
  {
    kind: 'opened',
    connection: 4_000_000_000,
    atUs: 1_700_000_000_000_001,
    client: '[::1]:4',
    broker: '127.0.0.1:9092',
    nodeId: null,
    tls: { version: 'TLSv1.3', cipher: 'TLS_AES_128_GCM_SHA256', sni: 'b1.kafka.local' },
    midstream: false,
  },
  { kind: 'segment', connection: 4_000_000_000, from: 'client', atUs: 2, bytes: Uint8Array.of(1, 2), forwardedUs: 3 },
  { kind: 'segment', connection: 4_000_000_000, from: 'broker', atUs: 4, bytes: Uint8Array.of(3), forwardedUs: null },
  { kind: 'skipped', connection: 4_000_000_000, from: 'client', atUs: 5, frames: 6, bytes: 5_000_000_000 },
  { kind: 'skipped', connection: 4_000_000_000, from: 'broker', atUs: 5, frames: 7, bytes: 8 },
  { kind: 'tagged', connection: 4_000_000_000, atUs: 9, correlationId: -1, tag: 'capped' },
  { kind: 'gap', connection: 4_000_000_000, from: 'broker', atUs: 10, missingBytes: null },
  { kind: 'ended', connection: 4_000_000_000, from: 'broker', atUs: 11 },
  { kind: 'closed', connection: 4_000_000_000, atUs: 12, reason: 'fin' },
];

describe('what the reader of a ring hands on', () => {
  it('is what was written, to the last field', () => {
    const memory = newRingMemory(8192);
    const watcher = new Watcher();
    const writer = new ObservationWriter(memory, () => undefined, { waits: false });
    const reader = new ObservationReader(memory, watcher);
    const event: TrafficEvent = {
      kind: 'event',
      atUs: 1,
      event: 'x',
      connection: 2,
      detail: { message: 'ä\n\u{1F600}' },
    };
    for (const input of inputs) writer.receive(input);
    writer.event(event);
    expect(reader.read(1_000_000)).toBe(false);
    expect(watcher.inputs).toEqual(inputs);
    expect(watcher.events).toEqual([event]);
  });

  it('leaves the rest where it has read enough for one turn, and knows what is open', () => {
    const memory = newRingMemory(8192);
    const watcher = new Watcher();
    const writer = new ObservationWriter(memory, () => undefined, { waits: false });
    const reader = new ObservationReader(memory, watcher);
    for (const input of inputs) writer.receive(input);
    expect(reader.read(1)).toBe(true);
    expect(watcher.inputs).toHaveLength(1);
    expect(reader.entries).toBe(1);
    expect([...reader.open]).toEqual([4_000_000_000]);
    expect(reader.read(1_000_000)).toBe(false);
    expect(reader.open.size).toBe(0);
  });
});
