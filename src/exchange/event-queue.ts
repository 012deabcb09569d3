import type { ConnectionId } from '../wire/segment.ts';
import type { EngineEvent, TrafficEvent } from './event.ts';

/** Places for events that are kept for the next input; a burst may take more, and gives them back. */
const eventsKeptMax = 4096;

/** What was found and not handed out yet, in order. No longer than one input makes it: whoever feeds the engine drains it. */
export class EventQueue {
  /** Those from `#taken` on, `#found` in all. The array stays, its events do not. */
  readonly #events: (EngineEvent | undefined)[] = [];
  #found = 0;
  #taken = 0;

  tell(event: EngineEvent): void {
    this.#events[this.#found] = event;
    this.#found += 1;
  }

  emit(atUs: number, event: string, connection: ConnectionId | null, detail: TrafficEvent['detail']): void {
    this.tell({ kind: 'event', atUs, event, connection, detail });
  }

  /** The next thing that happened; undefined when all were taken. */
  next(): EngineEvent | undefined {
    const taken = this.#taken;
    if (taken === this.#found) {
      this.#found = 0;
      this.#taken = 0;
      if (this.#events.length > eventsKeptMax) this.#events.length = 0;
      return undefined;
    }
    const event = this.#events[taken];
    this.#events[taken] = undefined;
    this.#taken = taken + 1;
    return event;
  }
}
