import { versionRange } from '../protocol/api-keys.ts';
import { WalkFacts, walkMessage } from '../protocol/walk.ts';
import { mayHoldSecrets } from '../redact/secret-keys.ts';

/** Which API and version a response without its request most likely answers. */
export interface GuessedApi {
  readonly apiKey: number;
  readonly apiVersion: number;
}

/** Shorter responses read as too many APIs: a throttle time, an error code and an empty list say nothing. */
const bodyBytesMin = 16;

const apiKeyMax = 100;
const errorCodeMin = -1;
const errorCodeMax = 160;

const facts = new WalkFacts();

/** One number for an API key and a version, for a set of those in use. */
export function layoutOf(apiKey: number, apiVersion: number): number {
  return apiKey * 65_536 + apiVersion;
}

/**
 * Infers what an orphan answers from the requests the same connection sends (PROTOCOL 1.14): only when exactly one API
 * of them reads the response to its last byte with possible error codes, and none that may hold secrets does as well.
 */
export function guessApi(payload: Uint8Array, layouts: ReadonlySet<number>): GuessedApi | null {
  if (payload.length < 4 + bodyBytesMin) return null;
  let found: GuessedApi | null = null;
  for (const layout of layouts) {
    const apiKey = Math.floor(layout / 65_536);
    const apiVersion = layout % 65_536;
    if (!reads(payload, apiKey, apiVersion)) continue;
    if (found !== null && found.apiKey !== apiKey) return null;
    // Of several versions the newest in use: the older ones were probed before it was agreed on.
    if (found === null || apiVersion > found.apiVersion) found = { apiKey, apiVersion };
  }
  return found === null || mightBeSecret(payload, found.apiKey) ? null : found;
}

function reads(payload: Uint8Array, apiKey: number, apiVersion: number): boolean {
  if (!walkMessage(payload, 'response', apiKey, apiVersion, facts)) return false;
  if (facts.endOffset !== payload.length) return false;
  return facts.errorCount === 0 || (facts.firstErrorCode >= errorCodeMin && facts.firstErrorCode <= errorCodeMax);
}

function mightBeSecret(payload: Uint8Array, guessedKey: number): boolean {
  for (let apiKey = 0; apiKey <= apiKeyMax; apiKey += 1) {
    if (apiKey === guessedKey || !mayHoldSecrets(apiKey, 'response')) continue;
    const range = versionRange(apiKey);
    for (let version = range?.min ?? 0; version <= (range?.max ?? -1); version += 1) {
      if (reads(payload, apiKey, version)) return true;
    }
  }
  return false;
}
