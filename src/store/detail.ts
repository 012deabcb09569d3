import type { Exchange, MessageFacts } from '../exchange/exchange.ts';
import { annotateMessage } from '../protocol/annotate.ts';
import { errorMeaning } from '../protocol/error-codes.ts';
import type { MessageType } from '../protocol/message.ts';
import { rowOf } from './row.ts';
import type { DetailSnapshot, MessageDetail } from './snapshot.ts';

/** Bytes of one message handed to the screen; a person scrolls, a screen does not need a megabyte. */
export const detailBytesMax = 256 * 1024;

/** Fields of one message handed to the screen. */
export const detailSpansMax = 20_000;

function messageDetail(
  message: MessageFacts | null,
  type: MessageType,
  apiKey: number | null,
  apiVersion: number | null,
): MessageDetail | null {
  if (message === null) return null;
  const kept = Math.min(message.bytes.length, detailBytesMax);
  const facts = {
    atUs: message.atUs,
    sizeBytes: message.sizeBytes,
    // A copy: a view would drag the whole slab behind it to the other thread.
    bytes: message.bytes.slice(0, kept),
    bytesOmitted: message.sizeBytes - kept,
    opaque: message.opaque,
  };
  if (apiKey === null || apiVersion === null || message.opaque?.reason === 'redacted') {
    return { ...facts, spans: [], spansOmitted: 0 };
  }
  const annotated = annotateMessage(message.bytes, type, apiKey, apiVersion, { spansMax: detailSpansMax });
  return { ...facts, spans: annotated.spans, spansOmitted: annotated.omitted };
}

/** Everything the detail panes show of one exchange. */
export function detailOf(exchange: Exchange, position: number, marked: boolean): DetailSnapshot {
  const { connection, apiKey, apiVersion } = exchange;
  return {
    row: rowOf(exchange, position, marked),
    timing: exchange.timing,
    software: connection.software,
    softwareVersion: connection.softwareVersion,
    principal: connection.principal,
    saslMechanism: connection.sasl?.mechanism ?? null,
    tls: connection.tls === null ? null : `${connection.tls.version} ${connection.tls.cipher}`,
    errors: exchange.errors.map((error) => ({ ...error, meaning: errorMeaning(error.code) })),
    records: exchange.records,
    request: messageDetail(exchange.request, 'request', apiKey, apiVersion),
    response: messageDetail(exchange.response, 'response', apiKey, apiVersion),
  };
}
