import type { Exchange } from '../../exchange/exchange.ts';
import { nonceRepeatedTag } from '../../exchange/sasl-nonce.ts';
import { apiName, versionRange } from '../../protocol/api-keys.ts';
import type { Diagnosis } from '../finding.ts';
import type { Opening } from './opening.ts';
import type { HandshakeRule, Practice } from './rule.ts';
import { nonceBug, ticketAdvice } from './sasl-answers.ts';

const saslHandshakeKey = 17;
const apiVersionsKey = 18;
const saslAuthenticateKey = 36;

/** Bytes of a request a broker takes by default (socket.request.max.bytes). */
const requestBytesMax = 104_857_600;

/**
 * A broker that does not like a request says nothing and closes (PROTOCOL §2.12): no SASL where it wants some, a
 * version it does not have, a token it refuses. Which of them it was stands in what came before.
 */
export const closedUnanswered: HandshakeRule = (event, opening, practice) => {
  if (event.kind !== 'event' || event.event !== 'connection-closed' || opening === null) return null;
  const exchange = opening.unanswered;
  const byBroker = event.detail.endedBy === 'broker' || event.detail.reason === 'broker-reset';
  if (exchange === null || opening.diagnosed || !byBroker || opening.midstream) return null;
  const [finding, message] = causeOf(exchange, opening, practice);
  if (finding === 'scram-nonce-repeated') return nonceBug(exchange, exchange.connection.sasl?.mechanism ?? '?');
  const { connection, client, broker } = opening;
  return { finding, severity: 'error', atUs: event.atUs, connection, client, broker, message } satisfies Diagnosis;
};

function causeOf(exchange: Exchange, opening: Opening, practice: Practice): readonly [string, string] {
  const { apiKey, apiVersion } = exchange;
  const mechanism = exchange.connection.sasl?.mechanism ?? '?';
  if (exchange.tags.includes(nonceRepeatedTag)) return ['scram-nonce-repeated', ''];
  if (apiKey === null && mechanism === 'GSSAPI' && !opening.shookHands) {
    return [
      'sasl-handshake-missing',
      'The client sent a Kerberos token without the SaslHandshake that announces it, and the broker closed the connection: since Kafka 4.0 brokers take no such login of Kafka 0.9 (KIP-896), and older ones only as the very first bytes. Upgrade the client; franz-go did so until 2026.',
    ];
  }
  if (apiKey === null || apiKey === saslAuthenticateKey) {
    const advice = mechanism === 'GSSAPI' ? ticketAdvice(exchange) : 'check user, password and mechanism.';
    return [
      'sasl-authentication-failed',
      `The broker closed the connection on the ${mechanism} login without a word, as it does when the login fails and the client is too old to be told why: ${advice}`,
    ];
  }
  const name = `${apiName(apiKey) ?? `key ${apiKey}`} v${apiVersion ?? '?'}`;
  if (apiKey === apiVersionsKey || apiKey === saslHandshakeKey) {
    if (practice.answersAt(opening.broker)) {
      return [
        'closed-without-answer',
        `The broker closed the connection on ${name}, the first thing a client asks, although it answers others at this address: it is shutting down, or has as many connections as it allows (max.connections); its log says which.`,
      ];
    }
    return [
      'closed-on-handshake',
      `The broker closed the connection on ${name}, the first thing a client asks: it is a TLS listener that was spoken to in plaintext, a broker older than 0.10, or no Kafka at all; check the port and security.protocol.`,
    ];
  }
  const offered = exchange.connection.offered?.rangeOf(apiKey) ?? null;
  if (offered !== null && apiVersion !== null && (apiVersion < offered.min || apiVersion > offered.max)) {
    return [
      'version-not-offered',
      `The client sent ${name}, the broker has ${offered.min} to ${offered.max} and closed the connection: the client is too ${apiVersion < offered.min ? 'old' : 'new'} for this broker, or does not heed ApiVersions.`,
    ];
  }
  const known = versionRange(apiKey);
  if (offered === null && (known === null || (apiVersion !== null && apiVersion > known.max))) {
    return [
      'version-not-offered',
      `The client sent ${name}, which no Kafka known here has, and the broker closed the connection: the client is made for another broker, or its bytes are damaged.`,
    ];
  }
  if ((exchange.request?.sizeBytes ?? 0) > requestBytesMax) {
    return [
      'request-too-large',
      `The client sent ${name} of ${exchange.request?.sizeBytes} bytes and the broker closed the connection: more than socket.request.max.bytes.`,
    ];
  }
  return unauthenticated(exchange, name, opening, practice);
}

function unauthenticated(
  exchange: Exchange,
  name: string,
  opening: Opening,
  practice: Practice,
): readonly [string, string] {
  const fix = 'set security.protocol to SASL_PLAINTEXT or SASL_SSL and give the client its mechanism and login';
  if (exchange.connection.sasl === null && practice.knowsSaslAt(opening.broker)) {
    return [
      'sasl-needed',
      `The client sent ${name} without authenticating, and the broker closed the connection: others log in by SASL at this listener, so ${fix}.`,
    ];
  }
  if (exchange.connection.sasl === null && opening.negotiated) {
    return [
      'sasl-needed',
      `The broker answered ApiVersions and closed the connection on ${name}, as a SASL listener does with a client that does not authenticate: ${fix}, or use a listener without SASL.`,
    ];
  }
  return [
    'closed-without-answer',
    `The broker closed the connection instead of answering ${name}: it may want SASL first, not have this version, or be shutting down; its log says which.`,
  ];
}
