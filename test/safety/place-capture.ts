import type { EngineInput } from '../../src/wire/segment.ts';
import { Dialogue, pcapBytes, type SyntheticPacket } from '../capture/synthetic-capture.ts';
import { Conversation } from '../support/conversation.ts';

/** A capture of these dialogues: each a TCP connection of its own to one broker, behind one that proves it Kafka. */
export function captureOf(dialogues: readonly (readonly EngineInput[])[]): Uint8Array {
  const proof = new Conversation(0).request(18, 0, 1, {}).response(18, 0, 1, {}).closed().inputs;
  const packets: SyntheticPacket[] = [];
  for (const [index, inputs] of [proof, ...dialogues].entries()) {
    const talk = new Dialogue(`10.0.0.1:${20_000 + index}`, '10.0.0.2:9092', (index + 1) * 1_000_000).open();
    for (const input of inputs) {
      if (input.kind === 'segment') talk[input.from](input.bytes);
      else if (input.kind === 'gap') talk.lost(input.from, input.missingBytes ?? 0);
      else if (input.kind === 'closed') talk.close();
    }
    packets.push(...talk.packets);
  }
  return pcapBytes(packets);
}
