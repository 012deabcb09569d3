import { Engine } from '../../src/exchange/engine.ts';
import type { TrafficEvent } from '../../src/exchange/event.ts';
import { HandshakeDoctor } from '../../src/insight/handshake/handshake-doctor.ts';
import type { EngineInput } from '../../src/wire/segment.ts';

const endUs = 1_100_000_000;

/** The end of a conversation, by one of its sides. */
export function endedBy(from: 'client' | 'broker', connection = 1): EngineInput[] {
  return [
    { kind: 'ended', connection, from, atUs: endUs },
    { kind: 'closed', connection, atUs: endUs, reason: 'fin' },
  ];
}

/** What the doctor says of what an engine finds in these inputs. */
export function findingsOf(inputs: readonly EngineInput[], doctor = new HandshakeDoctor()): TrafficEvent[] {
  const engine = new Engine();
  const told: TrafficEvent[] = [];
  for (const input of inputs) {
    engine.receive(input);
    for (let event = engine.next(); event !== undefined; event = engine.next()) {
      const finding = doctor.take(event);
      if (finding !== null) told.push(finding);
    }
  }
  return told;
}

/** The stable words of findings. */
export function wordsOf(told: readonly TrafficEvent[]): unknown[] {
  return told.map(({ detail }) => detail.finding);
}

/** The first finding's sentence. */
export function sentenceOf(told: readonly TrafficEvent[]): string {
  return String(told[0]?.detail.message);
}

/** Text as Kafka's `bytes`. */
export function textBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
