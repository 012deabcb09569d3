import type { TrafficEvent } from '../../exchange/event.ts';
import type { ConnectionFacts, Exchange } from '../../exchange/exchange.ts';
import type { Side } from '../../wire/segment.ts';
import { requestComment, responseComment } from './exchange-comment.ts';
import type { RecordedClosing, RecordedMessage, RecordedOpening } from './types.ts';

/** Reasons of a capture for letting a connection go whose end nobody saw: none is written either. */
const endsUnseen: ReadonlySet<string> = new Set(['capture-ended', 'forgotten', 'port-reused']);

/** The entry of a connection, from what its exchanges share. */
export function openingOf(connection: ConnectionFacts): RecordedOpening {
  const { id, openedAtUs, client, broker, nodeId, tls } = connection;
  const notes: string[] = [];
  if (nodeId !== null) notes.push(`broker ${nodeId}`);
  if (tls !== null) {
    const sni = tls.sni === null ? '' : `, sni ${tls.sni}`;
    notes.push(`decrypted: the client spoke ${tls.version} ${tls.cipher}${sni}`);
  }
  const comment = notes.length === 0 ? null : notes.join('; ');
  return { kind: 'opened', connection: id, atUs: openedAtUs, client, broker, nodeId, comment };
}

/** The entry of a connection's end, from the engine's event; null where the end was not seen. */
export function closingOf(event: TrafficEvent): RecordedClosing | null {
  const { connection, atUs } = event;
  const reason = typeof event.detail.reason === 'string' ? event.detail.reason : '';
  if (connection === null || endsUnseen.has(reason)) return null;
  const comment = reason === 'fin' ? null : `closed: ${reason}`;
  return { kind: 'closed', connection, atUs, reset: resetBy(reason), comment };
}

function resetBy(reason: string): Side | null {
  if (reason === 'broker-reset') return 'broker';
  return reason === 'reset' || reason === 'client-reset' ? 'client' : null;
}

/** The entry of one side of an exchange, with `bytes` in place of the engine's; null where there is no such side. */
export function messageOf(
  exchange: Exchange,
  side: 'request' | 'response',
  copy: (bytes: Uint8Array) => Uint8Array,
): RecordedMessage | null {
  const facts = exchange[side];
  if (facts === null) return null;
  return {
    kind: 'message',
    connection: exchange.connection.id,
    from: side === 'request' ? 'client' : 'broker',
    atUs: facts.atUs,
    lastByteUs: facts.lastByteUs,
    sizeBytes: facts.sizeBytes,
    apiKey: exchange.apiKey,
    apiVersion: exchange.apiVersion,
    opaque: facts.opaque !== null,
    rawToken: facts.opaque?.reason === 'sasl-token',
    comment: side === 'request' ? requestComment(exchange) : responseComment(exchange),
    bytes: copy(facts.bytes),
  };
}
