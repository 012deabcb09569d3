import { expect, it } from 'vitest';
import { EngineTeller } from '../../src/capture/engine-teller.ts';
import { TrafficTrack } from '../../src/capture/traffic-track.ts';
import type { EngineInput } from '../../src/wire/segment.ts';

it("numbers connections as they are told, and says each thing in the engine's words", () => {
  const told: EngineInput[] = [];
  const teller = new EngineTeller((input) => told.push(input));
  const tracks = ([0, 1] as const).map(
    (initiator) => new TrafficTrack({ addresses: ['a:1', 'b:2'], initiator, startKnown: () => true }, []),
  );
  for (const track of tracks) teller.tell(track, 'opened', 0, 10, null, null, '');
  const [first, second] = tracks;
  if (first === undefined || second === undefined) throw new Error('two tracks');
  const bytes = Uint8Array.of(1, 2);
  teller.tell(first, 'data', 0, 11, bytes, null, '');
  teller.tell(second, 'gap', 0, 12, null, 7, '');
  teller.tell(first, 'ended', 1, 13, null, null, '');
  teller.tell(second, 'closed', 0, 14, null, null, 'reset');
  const shared = { atUs: 10, nodeId: null, tls: null, midstream: false };
  expect(told).toEqual([
    { kind: 'opened', connection: 1, client: 'a:1', broker: 'b:2', ...shared },
    { kind: 'opened', connection: 2, client: 'b:2', broker: 'a:1', ...shared },
    { kind: 'segment', connection: 1, from: 'client', atUs: 11, bytes },
    { kind: 'gap', connection: 2, from: 'broker', atUs: 12, missingBytes: 7 },
    { kind: 'ended', connection: 1, from: 'broker', atUs: 13 },
    { kind: 'closed', connection: 2, atUs: 14, reason: 'reset' },
  ]);
});
