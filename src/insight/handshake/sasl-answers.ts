import { decodedBody } from '../../exchange/bodies.ts';
import type { Exchange } from '../../exchange/exchange.ts';
import { nonceRepeatedTag } from '../../exchange/sasl-nonce.ts';
import type { Diagnosis } from '../finding.ts';
import type { HandshakeRule } from './rule.ts';

const saslHandshakeKey = 17;
const saslAuthenticateKey = 36;
const unsupportedSaslMechanism = 33;
const illegalSaslState = 34;
const saslAuthenticationFailed = 58;

/** Mechanisms listed in a sentence; a broker has a handful. */
const mechanismsMax = 12;

/** What a broker answers to SASL when it says no (PROTOCOL §4.13, §4.15). */
export const saslAnswers: HandshakeRule = (event) => {
  if (event.kind !== 'completed') return null;
  const { exchange } = event;
  const isHandshake = exchange.apiKey === saslHandshakeKey;
  if (!isHandshake && exchange.apiKey !== saslAuthenticateKey) return null;
  const error = exchange.errors[0];
  if (error === undefined) return null;
  const mechanism = exchange.connection.sasl?.mechanism ?? '?';
  if (error.code === unsupportedSaslMechanism) {
    const offered = mechanismsOf(exchange);
    const offers = offered === '' ? 'and does not say which it does' : `only ${offered}`;
    return diagnose(
      exchange,
      'sasl-mechanism-not-enabled',
      `The client wants SASL mechanism ${mechanism}, the broker has it not enabled, ${offers}: change sasl.mechanism in the client, or sasl.enabled.mechanisms on the broker.`,
    );
  }
  if (error.code === illegalSaslState) {
    return diagnose(
      exchange,
      'sasl-on-listener-without',
      'The client authenticates by SASL on a listener that wants none, or at a moment when the broker expects none: use security.protocol PLAINTEXT or SSL there, or the SASL port.',
    );
  }
  if (error.code === saslAuthenticationFailed) return authenticationFailed(exchange, mechanism, error.message);
  return null;
};

function authenticationFailed(exchange: Exchange, mechanism: string, words: string | null): Diagnosis {
  if (exchange.tags.includes(nonceRepeatedTag)) return nonceBug(exchange, mechanism);
  const said = words === null ? '' : ` ("${words}")`;
  const advice =
    mechanism === 'GSSAPI'
      ? ticketAdvice(exchange)
      : 'check user and password, and that the user exists for this very mechanism (SCRAM users are made for each one).';
  return diagnose(
    exchange,
    'sasl-authentication-failed',
    `The broker refuses the ${mechanism} login${said}: ${advice}`,
  );
}

/** What to look at when a broker takes no ticket: it can open one only with the key that it was made for. */
export function ticketAdvice(exchange: Exchange): string {
  const service = exchange.connection.kerberosService;
  const ticket =
    service === null
      ? "the broker's keytab must hold the key of the principal that clients ask for"
      : `the client's ticket is for ${service}, whose key, as the KDC has it now, must be in the broker's keytab`;
  return `${ticket}; check sasl.kerberos.service.name and the host by which clients come (--advertise), that keytab, and the clocks of both.`;
}

/** librdkafka issue 4895: the client's nonce is put before the server's, which begins with it already. */
export function nonceBug(exchange: Exchange, mechanism: string): Diagnosis {
  return diagnose(
    exchange,
    'scram-nonce-repeated',
    `The ${mechanism} login fails though the password may be right: the client repeats its nonce, a bug of librdkafka before 2.6.1 that brokers refuse since CVE-2024-56128 was mended. Upgrade librdkafka (kcat, confluent-kafka), or use another mechanism.`,
  );
}

function mechanismsOf(exchange: Exchange): string {
  const listed = decodedBody(exchange, 'response')?.mechanisms;
  if (!Array.isArray(listed)) return '';
  const names = listed.filter((name) => typeof name === 'string').map((name) => name.slice(0, 64));
  return names.slice(0, mechanismsMax).join(', ');
}

function diagnose(exchange: Exchange, finding: string, message: string): Diagnosis {
  const { id, client, broker } = exchange.connection;
  const atUs = exchange.response?.lastByteUs ?? exchange.request?.lastByteUs ?? 0;
  return { finding, severity: 'error', atUs, connection: id, client, broker, message };
}
