import { apiName, versionRange } from '../protocol/api-keys.ts';
import type { WalkFacts } from '../protocol/walk.ts';
import type { Frame } from '../wire/frame.ts';
import type { Opaque } from './exchange.ts';

/** Why a frame that could not be walked has no body: the first reason that holds, in CONTRACT's words. */
export function opaqueOf(apiKey: number, apiVersion: number, frame: Frame, facts: WalkFacts): Opaque {
  const name = apiName(apiKey);
  if (name === null) return { reason: 'unknown-api', detail: `API key ${apiKey} is not known`, offset: null };
  const range = versionRange(apiKey);
  if (range === null || apiVersion < range.min || apiVersion > range.max) {
    const known = range === null ? 'none' : `${range.min}-${range.max}`;
    return { reason: 'unknown-version', detail: `${name} v${apiVersion} is not known (known: ${known})`, offset: null };
  }
  if (frame.missingBytes > 0) {
    const detail = `${frame.missingBytes} of ${frame.sizeBytes} bytes were not captured`;
    return { reason: 'truncated', detail, offset: frame.bytes.length };
  }
  const reason = facts.failReason === 'truncated' ? 'truncated' : 'malformed';
  return { reason, detail: facts.failDetail, offset: facts.failOffset };
}
