import { Engine } from '../../src/exchange/engine.ts';
import type { EngineEvent } from '../../src/exchange/event.ts';
import type { Conversation } from './conversation.ts';

/** Everything an engine finds in a conversation. */
export function eventsOf(conversation: Conversation): EngineEvent[] {
  const engine = new Engine();
  const events: EngineEvent[] = [];
  for (const input of conversation.inputs) {
    engine.receive(input);
    for (let event = engine.next(); event !== undefined; event = engine.next()) events.push(event);
  }
  return events;
}
