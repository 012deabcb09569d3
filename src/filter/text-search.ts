import type { Exchange } from '../exchange/exchange.ts';
import { apiName } from '../protocol/api-keys.ts';

/** A bare word: case does not count, found anywhere in API, topics, client id, group or error names. */
export function textSearch(text: string): (exchange: Exchange) => boolean {
  const wanted = text.toLowerCase();
  const has = (field: string | null): boolean => field?.toLowerCase().includes(wanted) === true;
  return (exchange) => {
    if (exchange.apiKey !== null && has(apiName(exchange.apiKey))) return true;
    if (has(exchange.clientId) || has(exchange.group)) return true;
    for (const topic of exchange.topics) if (has(topic)) return true;
    for (const error of exchange.errors) if (has(error.name)) return true;
    return false;
  };
}
