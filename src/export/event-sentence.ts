import type { TrafficEvent } from '../exchange/event.ts';
import { printable } from '../wire/printable.ts';
import { limitSentence } from './limit-sentence.ts';

/** An event as one sentence for a log; null for events that only machines want. */
export function eventSentence(event: TrafficEvent): string | null {
  // A finding says what came and what to do, once for all the connections of a kind.
  if (event.event === 'not-kafka' || event.event === 'rewriting-stopped') return null;
  const { message, finding, limit, count } = event.detail;
  const word = event.event === 'finding' && typeof finding === 'string' ? finding : event.event;
  const where = event.connection === null ? '' : ` (connection ${event.connection})`;
  if (typeof message === 'string') return `${word}: ${printable(message)}${where}`;
  if (typeof limit === 'string' && typeof count === 'number') {
    return `${event.event}: ${limitSentence(printable(limit), count)}${where}`;
  }
  switch (event.event) {
    case 'connection-opened':
    case 'connection-closed':
    case 'connection-audit':
      return null;
    default: {
      const facts = Object.entries(event.detail).map(([name, value]) => `${name}=${printable(String(value))}`);
      return `${event.event}: ${facts.join(' ')}${where}`;
    }
  }
}
