import { apiKeyMax, apiTable } from '../protocol/api-keys.ts';
import type { SchemaPath } from './types.ts';

/** First word of a table line (`  name type versions …`): a field of any version and depth. */
const lineNames = /^ *([A-Za-z0-9]+) /gm;

const known: { req: ReadonlySet<string> | null; res: ReadonlySet<string> | null } = { req: null, res: null };

/**
 * Field names of all requests (`req`) or responses (`res`), all APIs and versions; made when first asked for. Read from
 * the text of the tables, because planning every version of every message would take tens of milliseconds and stay.
 */
export function schemaNames(side: SchemaPath['side']): ReadonlySet<string> {
  const made = known[side];
  if (made !== null) return made;
  const names = new Set<string>();
  for (let apiKey = 0; apiKey <= apiKeyMax; apiKey++) {
    const api = apiTable(apiKey);
    if (api === undefined) continue;
    const table = side === 'req' ? api.request : api.response;
    for (const [, name] of table.fields.matchAll(lineNames)) if (name !== undefined) names.add(name);
  }
  known[side] = names;
  return names;
}
