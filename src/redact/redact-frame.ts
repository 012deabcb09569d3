import { readRequestHeader } from '../protocol/headers.ts';
import { type MessagePlan, planFor } from '../protocol/plan.ts';
import { holdsConfigs, mayHoldSecrets } from './secret-keys.ts';
import { secretSpans } from './secret-walk.ts';

/**
 * Credentials are overwritten in our own copy of a frame before it is kept anywhere: same length, so that sizes,
 * offsets and field spans stay true, and no raw copy that a later bug could print.
 */

/** What was done to a frame: nothing to hide, secret bytes overwritten, or all of it after the header. */
export type RedactOutcome = 'untouched' | 'redacted' | 'redacted-whole';

const star = 0x2a;
/** A request header without a client id: key, version, correlation id. */
const requestHeaderBytesMin = 8;
const responseHeaderBytesMin = 4;

/** Overwrites the secrets of a request (payload without the size prefix, ours to change). */
export function redactRequest(payload: Uint8Array, apiKey: number, apiVersion: number): RedactOutcome {
  if (!mayHoldSecrets(apiKey, 'request')) return 'untouched';
  const plan = planFor(apiKey, 'request', apiVersion);
  const spans = plan === null ? null : spansOf(payload, plan);
  if (spans !== null) return overwrite(payload, spans);
  // A client id stays only where nothing says that the header is damaged: a length that lies may reach into the body.
  const kept = plan === null ? readRequestHeader(payload)?.bodyOffset : undefined;
  payload.fill(star, kept ?? requestHeaderBytesMin);
  return 'redacted-whole';
}

/** Overwrites the secrets of a response (payload without the size prefix, ours to change). */
export function redactResponse(payload: Uint8Array, apiKey: number, apiVersion: number): RedactOutcome {
  if (!mayHoldSecrets(apiKey, 'response')) return 'untouched';
  const plan = planFor(apiKey, 'response', apiVersion);
  const spans = plan === null ? null : spansOf(payload, plan);
  if (spans !== null) return overwrite(payload, spans);
  payload.fill(star, responseHeaderBytesMin);
  return 'redacted-whole';
}

/** Overwrites a raw SASL token, which has no header and no schema. */
export function redactRawSasl(payload: Uint8Array): void {
  payload.fill(star);
}

function spansOf(payload: Uint8Array, plan: MessagePlan): readonly number[] | null {
  return secretSpans(payload, plan, holdsConfigs(plan.apiKey, plan.type));
}

function overwrite(payload: Uint8Array, spans: readonly number[]): RedactOutcome {
  for (let i = 0; i < spans.length; i += 2) payload.fill(star, spans[i], spans[i + 1]);
  return spans.length === 0 ? 'untouched' : 'redacted';
}
