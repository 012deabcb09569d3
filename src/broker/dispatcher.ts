import { decodeRequest } from '../protocol/decode.ts';
import { encodeResponse } from '../protocol/encode.ts';
import { readRequestHeader } from '../protocol/headers.ts';
import type { FieldData, Struct } from '../protocol/message.ts';
import { intField } from '../protocol/struct-fields.ts';
import type { ApiHandler, ConnectedClient } from './api-handler.ts';
import { sleep } from './clock.ts';
import type { ClusterState } from './cluster-state.ts';
import { ErrorCode } from './error-code.ts';
import { apiHandlers } from './handlers/index.ts';

/** What becomes of one request. `muteMs`: the connection stays quiet that long after a throttled answer (KIP-219). */
export type Answer =
  | { readonly kind: 'response'; readonly payload: Uint8Array; readonly muteMs: number }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'close'; readonly reason: string };

const apiVersionsKey = 18;
const nothing: Answer = { kind: 'nothing' };
const handlersByKey = new Map(apiHandlers.map((handler) => [handler.apiKey, handler]));

/**
 * Answers one request as a broker does: an unsupported ApiVersions version in the layout of v0, every other unknown
 * key or version and every body it cannot read by closing the connection without a word.
 */
export async function answerRequest(
  cluster: ClusterState,
  nodeId: number,
  client: ConnectedClient,
  payload: Uint8Array,
): Promise<Answer> {
  const header = readRequestHeader(payload);
  if (header === null) return close('the request header cannot be read');
  const { apiKey, apiVersion, correlationId, clientId } = header;
  const handler = handlersByKey.get(apiKey);
  if (handler === undefined) return close(`API key ${apiKey} is not served here`);
  cluster.counters.request(apiKey, apiVersion, clientId);
  if (apiVersion < handler.minVersion || apiVersion > handler.maxVersion) {
    return apiKey === apiVersionsKey
      ? unsupportedApiVersions(handler, correlationId)
      : close(`version ${apiVersion} of API key ${apiKey} is not served here`);
  }
  const message = decodeRequest(payload);
  if (message.kind === 'opaque') return close(`the body is ${message.reason}: ${message.detail}`);
  const context = { cluster, nodeId, apiVersion, clientId, client, requestBytes: payload.length };
  const body = await handler.handle(message.body, context);
  const delayMs = apiKey === apiVersionsKey ? 0 : cluster.faults.delayMs(nodeId);
  if (delayMs > 0) {
    cluster.counters.delayedResponses += 1;
    await sleep(cluster.clock, delayMs);
  }
  if (body === 'close') return close('an unacknowledged Produce failed');
  if (body === 'no-response') return nothing;
  countErrors(cluster, body);
  const throttleTimeMs = intField(body, 'throttleTimeMs', 0);
  if (throttleTimeMs > 0) cluster.counters.throttledResponses += 1;
  return {
    kind: 'response',
    payload: encodeResponse({ apiKey, apiVersion, correlationId, body }),
    muteMs: throttleTimeMs,
  };
}

/** KIP-511: error 35 in the layout of v0, and one entry that says which ApiVersions versions there are. */
function unsupportedApiVersions(handler: ApiHandler, correlationId: number): Answer {
  const { apiKey, minVersion, maxVersion } = handler;
  const body = { errorCode: ErrorCode.unsupportedVersion, apiKeys: [{ apiKey, minVersion, maxVersion }] };
  return { kind: 'response', payload: encodeResponse({ apiKey, apiVersion: 0, correlationId, body }), muteMs: 0 };
}

function close(reason: string): Answer {
  return { kind: 'close', reason };
}

function countErrors(cluster: ClusterState, value: FieldData): void {
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return;
  if (isList(value)) {
    for (const item of value) countErrors(cluster, item);
    return;
  }
  for (const [name, field] of Object.entries(value)) {
    if (field === undefined) continue;
    if (typeof field === 'number' && (name === 'errorCode' || name === 'partitionErrorCode')) {
      cluster.counters.error(field);
    } else countErrors(cluster, field);
  }
}

function isList(value: readonly FieldData[] | Struct): value is readonly FieldData[] {
  return Array.isArray(value);
}
