import type { ConnectFailure } from '../connect-failure.ts';

/** Why a login came to nothing. `detail` is the broker's or the mechanism's own text, `offered` its mechanisms. */
export interface LoginRefusal {
  readonly kind:
    | 'mechanism'
    | 'no-sasl'
    | 'refused'
    | 'mechanism-failed'
    | 'too-old'
    | 'not-kafka'
    | 'protocol'
    | 'closed'
    | 'timeout'
    | 'token';
  readonly detail: string;
  readonly offered: readonly string[];
}

/** A login that failed: what a failed connection says, and that it was the login. */
export interface LoginFailure extends ConnectFailure {
  readonly authentication: true;
}

/** Texts of a broker are cut here: they are shown in one line. */
const brokerTextCharactersMax = 500;
const mechanismsShownMax = 16;
const mechanismCharactersMax = 64;

/** Shortest secret that is looked for in a broker's text; a shorter one would turn any sentence into stars. */
const secretCharactersMin = 4;

export interface LoginPlace {
  /** The broker as the person knows it, `host:port`. */
  readonly broker: string;
  readonly mechanism: string;
  /** null: not known, as with an opaque token. */
  readonly principal: string | null;
  readonly timeoutMs: number;
  /** Texts that must not come out, whoever repeats them. */
  readonly secrets: readonly string[];
}

/** Words for a login that failed: who said no to what, and what to change. */
export function describeLoginFailure(refusal: LoginRefusal, place: LoginPlace): LoginFailure {
  const { reason, message } = words(refusal, place);
  return { reason, message: withoutSecrets(message, place.secrets), authentication: true };
}

/** The text with every secret in it overwritten. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length < secretCharactersMin) continue;
    for (const form of [secret, Buffer.from(secret, 'utf8').toString('base64'), encodeURIComponent(secret)]) {
      clean = clean.replaceAll(form, '<redacted>');
    }
  }
  return clean;
}

function words(refusal: LoginRefusal, place: LoginPlace): ConnectFailure {
  const { broker, mechanism, principal, timeoutMs } = place;
  const detail = refusal.detail.slice(0, brokerTextCharactersMax);
  const who = principal === null ? `the ${mechanism} login` : `the ${mechanism} login of ${principal}`;
  switch (refusal.kind) {
    case 'mechanism':
      return {
        reason: 'sasl-mechanism-not-offered',
        message: `${broker} does not offer ${mechanism}; it offers ${offered(refusal.offered)}: choose one of these with --upstream-sasl-mechanism, or enable ${mechanism} on the broker (sasl.enabled.mechanisms).`,
      };
    case 'no-sasl':
      return {
        reason: 'sasl-not-offered',
        message: `${broker} is a listener without SASL (PLAINTEXT or SSL), so there is nothing to log in to: drop the SASL settings or use the broker's SASL port.`,
      };
    case 'refused':
      return {
        reason: 'sasl-authentication-failed',
        message: `${broker} refused ${who}: ${sentence(detail)} Check user and ${mechanism === 'OAUTHBEARER' ? 'token' : 'password'}.`,
      };
    case 'mechanism-failed':
      return {
        reason: 'sasl-authentication-failed',
        message: `${who[0]?.toUpperCase()}${who.slice(1)} to ${broker} failed: ${sentence(detail)}`,
      };
    case 'too-old':
      return {
        reason: 'sasl-broker-too-old',
        message: `${broker} does not know SaslAuthenticate, so it is older than Kafka 1.0: kafka-scope cannot log in to it, but clients that log in themselves pass through.`,
      };
    case 'not-kafka':
      return { reason: 'sasl-not-kafka', message: `${broker} does not answer a login with Kafka. ${detail}` };
    case 'protocol':
      return {
        reason: 'sasl-protocol-error',
        message: `${broker} does not keep to the protocol of a login: ${detail}.`,
      };
    case 'closed':
      return {
        reason: 'sasl-connection-closed',
        message: `${broker} closed the connection during ${who}${detail === '' ? '' : ` (${detail})`}: check that this port is a SASL listener, and whether it wants TLS (--upstream-tls).`,
      };
    case 'timeout':
      return {
        reason: 'sasl-timeout',
        message: `${broker} did not finish ${who} within ${timeoutMs} ms: check that this port is a SASL listener without TLS, or with TLS and --upstream-tls; --connect-timeout changes the limit.`,
      };
    case 'token':
      return { reason: 'sasl-token-unusable', message: `There is no token to log in to ${broker} with: ${detail}` };
    default:
      return refusal.kind satisfies never;
  }
}

function offered(mechanisms: readonly string[]): string {
  const shown = mechanisms.slice(0, mechanismsShownMax).map((name) => name.slice(0, mechanismCharactersMax));
  if (mechanisms.length > shown.length) shown.push(`${mechanisms.length - shown.length} more`);
  return shown.length === 0 ? 'none' : shown.join(', ');
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
