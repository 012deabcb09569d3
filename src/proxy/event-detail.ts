import { apiVersionsKey, type VersionCap } from '../addons/cap-versions.ts';
import { apiName } from '../protocol/api-keys.ts';
import { classifyFirstBytes, sentenceFor } from '../wire/first-bytes.ts';
import type { Side } from '../wire/segment.ts';

/** The facts of an event, as they are printed. */
export type EventDetail = Readonly<Record<string, string | number | boolean | null>>;

/** Which API a message belongs to. */
export function apiDetail(
  apiKey: number,
  apiVersion: number,
): { api: string | null; apiKey: number; apiVersion: number } {
  return { api: apiName(apiKey), apiKey, apiVersion };
}

/** A response in which so many addresses were replaced. */
export function rewrittenDetail(apiKey: number, apiVersion: number, addresses: number): EventDetail {
  return { api: apiName(apiKey), apiKey, apiVersion, addresses };
}

/** A response that goes on as it came although it may name brokers; `offset` is where reading it ended, if known. */
export function unreadableDetail(
  apiKey: number,
  apiVersion: number,
  offset: number | null,
  detail: string,
): EventDetail {
  return { ...apiDetail(apiKey, apiVersion), offset, detail };
}

/** What clients are not offered, and why. */
export function capDetail(caps: readonly VersionCap[]): EventDetail {
  const list = caps.map(({ apiKey, offeredMax, cappedMax }) => `${apiName(apiKey)} ${offeredMax} → ${cappedMax}`);
  const apis = list.join(', ');
  const message = `The broker offers versions newer than kafka-scope knows, so the client is offered less, lest it hear addresses that lead past the proxy: ${apis}. A newer kafka-scope lifts this.`;
  return { count: caps.length, apis, message };
}

/** A client that asks for a version of ApiVersions whose answer we could not read. */
export function tooNewDetail(apiVersion: number): EventDetail {
  const message = `The client asked for ApiVersions version ${apiVersion}, newer than kafka-scope knows; it is told to ask an older one.`;
  return { ...apiDetail(apiVersionsKey, apiVersion), message };
}

/** A direction that cannot be followed any more, and what it may be instead. */
export function stoppedDetail(from: Side, reason: string, firstBytes: Uint8Array, sizeBytes: number): EventDetail {
  const guess = classifyFirstBytes(firstBytes);
  const sentence = guess === 'kafka-plausible' ? `${reason}.` : sentenceFor(guess, sizeBytes);
  return { from, reason, sizeBytes, sentence };
}
