import { decodeRequest, decodeResponse } from '../protocol/decode.ts';
import type { Message, Struct } from '../protocol/message.ts';
import type { Exchange } from './exchange.ts';

/** The request decoded in full from the bytes kept; null when there is none or it is known to be opaque. */
export function decodedRequest(exchange: Exchange): Message | null {
  if (exchange.request === null || exchange.request.opaque !== null || exchange.apiKey === null) return null;
  return decodeRequest(exchange.request.bytes);
}

/** The response decoded in full from the bytes kept; null when there is none or it is known to be opaque. */
export function decodedResponse(exchange: Exchange): Message | null {
  if (exchange.response === null || exchange.response.opaque !== null) return null;
  if (exchange.apiKey === null || exchange.apiVersion === null) return null;
  return decodeResponse(exchange.response.bytes, exchange.apiKey, exchange.apiVersion);
}

/** The body of one side as fields, for filters; null when it cannot be had. */
export function decodedBody(exchange: Exchange, side: 'request' | 'response'): Struct | null {
  const message = side === 'request' ? decodedRequest(exchange) : decodedResponse(exchange);
  return message !== null && message.kind === 'decoded' ? message.body : null;
}
