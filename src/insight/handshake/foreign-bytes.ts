import { type FirstBytesKind, sentenceFor } from '../../wire/first-bytes.ts';
import type { HandshakeRule } from './rule.ts';

/** Stable words, by who sent the bytes; a kind that is missing gets `not-kafka`. */
const fromClient: Readonly<Partial<Record<FirstBytesKind, string>>> = {
  'tls-handshake': 'tls-to-plaintext-port',
  'http-request': 'http-to-kafka-port',
  'http2-preface': 'http-to-kafka-port',
  ssh: 'ssh-to-kafka-port',
  'proxy-v1': 'proxy-header-unexpected',
  'proxy-v2': 'proxy-header-unexpected',
};
const fromBroker: Readonly<Partial<Record<FirstBytesKind, string>>> = {
  'tls-alert': 'plaintext-to-tls-port',
  'tls-handshake': 'plaintext-to-tls-port',
  'http-response': 'upstream-is-http',
  ssh: 'upstream-is-ssh',
};

/** Bytes that are no Kafka, named by the first of them (PROTOCOL §4.17–4.18). */
export const foreignBytes: HandshakeRule = (event, opening) => {
  if (event.kind !== 'event' || event.event !== 'not-kafka' || event.connection === null) return null;
  const guess = String(event.detail.guess) as FirstBytesKind;
  const isClient = event.detail.from === 'client';
  const finding = (isClient ? fromClient : fromBroker)[guess] ?? 'not-kafka';
  const who = opening === null ? '' : isClient ? `${opening.client}: ` : `${opening.broker}: `;
  return {
    finding,
    // A scanner or a health check harms nobody; a broker that is none stops everything.
    severity: isClient && finding !== 'tls-to-plaintext-port' ? 'warning' : 'error',
    atUs: event.atUs,
    connection: event.connection,
    client: opening?.client ?? null,
    broker: opening?.broker ?? null,
    message: `${who}${sentenceFor(guess, Number(event.detail.sizeBytes))}`,
  };
};
