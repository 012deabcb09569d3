import type { Exchange, MessageFacts } from '../exchange/exchange.ts';
import type { EnrichedMessage, MessagePayloads } from '../payloads/message-payloads.ts';
import { type Annotation, annotateMessage } from '../protocol/annotate.ts';
import { errorMeaning } from '../protocol/error-codes.ts';
import type { MessageType } from '../protocol/message.ts';
import { detailPayloads } from './detail-payloads.ts';
import { rowOf } from './row.ts';
import type { DetailSnapshot, MessageDetail } from './snapshot.ts';

/** Bytes of one message handed to the screen; a person scrolls, a screen does not need a megabyte. */
export const detailBytesMax = 256 * 1024;

/** Fields of one message handed to the screen. */
export const detailSpansMax = 20_000;

/** The annotation of one side; null where its bytes have no plan to read them by. */
function annotationOf(message: MessageFacts | null, type: MessageType, exchange: Exchange): Annotation | null {
  const { apiKey, apiVersion } = exchange;
  if (message === null || apiKey === null || apiVersion === null || message.opaque?.reason === 'redacted') return null;
  return annotateMessage(message.bytes, type, apiKey, apiVersion, {
    spansMax: detailSpansMax,
    names: exchange.connection.names,
  });
}

const nothing: EnrichedMessage = Object.freeze({ spans: [], omitted: 0, views: [] });

function messageDetail(
  message: MessageFacts | null,
  type: MessageType,
  annotation: Annotation | null,
  apiKey: number | null,
  payloads: MessagePayloads,
): MessageDetail | null {
  if (message === null) return null;
  const { bytes } = message;
  const kept = Math.min(bytes.length, detailBytesMax);
  const limits = { spansMax: detailSpansMax };
  let enriched = nothing;
  if (annotation !== null && apiKey !== null) enriched = payloads.enrich({ bytes, type, apiKey }, annotation, limits);
  else if (message.opaque?.reason === 'sasl-token') enriched = payloads.token(bytes, limits);
  return {
    atUs: message.atUs,
    sizeBytes: message.sizeBytes,
    // A copy: a view would drag the whole slab behind it to the other thread.
    bytes: bytes.slice(0, kept),
    bytesOmitted: message.sizeBytes - kept,
    opaque: message.opaque,
    spans: enriched.spans,
    spansOmitted: enriched.omitted,
    views: enriched.views,
  };
}

/**
 * Everything the detail panes show of one exchange. Without `recordContents` batches are shown with what their headers
 * say: nothing is uncompressed, and no key or value leaves the store.
 */
export function detailOf(
  exchange: Exchange,
  position: number,
  marked: boolean,
  recordContents: boolean,
): DetailSnapshot {
  const { connection, apiKey } = exchange;
  const request = annotationOf(exchange.request, 'request', exchange);
  const response = annotationOf(exchange.response, 'response', exchange);
  const payloads = detailPayloads(exchange, [request?.spans ?? [], response?.spans ?? []], recordContents);
  return {
    row: rowOf(exchange, position, marked),
    timing: exchange.timing,
    software: connection.software,
    softwareVersion: connection.softwareVersion,
    principal: connection.principal,
    saslMechanism: connection.sasl?.mechanism ?? null,
    tls: connection.tls === null ? null : `${connection.tls.version} ${connection.tls.cipher}`,
    errors: exchange.errors.map((error) => ({ ...error, meaning: errorMeaning(error.code) })),
    session: exchange.session,
    offered: apiKey === null ? null : (connection.offered?.rangeOf(apiKey) ?? null),
    records: exchange.records,
    partitionsOmitted: exchange.partitionsOmitted,
    recordContents,
    // In this order: a response may need what was asked.
    request: messageDetail(exchange.request, 'request', request, apiKey, payloads),
    response: messageDetail(exchange.response, 'response', response, apiKey, payloads),
  };
}
