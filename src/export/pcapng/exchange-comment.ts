import type { Exchange, Timing } from '../../exchange/exchange.ts';
import { apiName } from '../../protocol/api-keys.ts';
import { printable } from '../../wire/printable.ts';
import { commentCharactersMax, commentErrorsMax } from './limits.ts';

/** What we have to say about a request, for its packet; null when that is nothing. */
export function requestComment(exchange: Exchange): string | null {
  const { request, tags } = exchange;
  const parts = [heading(exchange)];
  if (request !== null && request.opaque !== null) parts.push(`${request.opaque.reason}: ${request.opaque.detail}`);
  if (tags.length > 0) parts.push(tags.join(', '));
  return parts.length === 1 ? null : bounded(parts.join('; '));
}

/** Our verdict on an exchange, for the packet of its response: where the time went, errors by name, throttling. */
export function responseComment(exchange: Exchange): string {
  const { response, timing, throttleTimeMs, errors, errorsOmitted, tags, status } = exchange;
  const parts = [heading(exchange)];
  if (status === 'orphan') parts.push('its request is not here');
  if (timing.latencyUs !== null) parts.push(latencyWords(timing));
  if (throttleTimeMs !== null && throttleTimeMs > 0) parts.push(`throttled ${throttleTimeMs} ms`);
  for (const error of errors.slice(0, commentErrorsMax)) {
    const where = error.path === '' ? '' : ` at ${error.path}`;
    const message = error.message === null ? '' : ` (${error.message})`;
    parts.push(`${error.name} (${error.code})${where}${message}`);
  }
  const more = Math.max(0, errors.length - commentErrorsMax) + errorsOmitted;
  if (more > 0) parts.push(`${more} more errors`);
  if (response !== null && response.opaque !== null) parts.push(`${response.opaque.reason}: ${response.opaque.detail}`);
  if (tags.length > 0) parts.push(tags.join(', '));
  return bounded(parts.join('; '));
}

/** Text as it may stand in a comment: nothing that a terminal obeys, no longer than the limit. */
export function bounded(text: string): string {
  const safe = printable(text);
  return safe.length > commentCharactersMax ? `${safe.slice(0, commentCharactersMax - 3)}...` : safe;
}

function heading({ seq, apiKey, apiVersion, guessed, request, response }: Exchange): string {
  if (apiKey === null) {
    const token = (request ?? response)?.opaque?.reason === 'sasl-token';
    return token ? `#${seq} raw SASL token` : `#${seq} unknown API`;
  }
  return `#${seq} ${apiName(apiKey) ?? `API ${apiKey}`} v${apiVersion}${guessed ? ' (guessed)' : ''}`;
}

function latencyWords({ latencyUs, queuedUs, brokerUs, waitUs }: Timing): string {
  const parts = [
    ['queued', queuedUs],
    ['broker', brokerUs],
    ['wait', waitUs],
  ] as const;
  const split = parts.map(([name, us]) => `${name} ${us === null ? '?' : millis(us)}`).join(' + ');
  return `${millis(latencyUs ?? 0)} ms = ${split}`;
}

function millis(us: number): string {
  return (us / 1000).toFixed(1);
}
