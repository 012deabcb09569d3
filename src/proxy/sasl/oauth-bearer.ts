import type { MechanismStep, SaslMechanism } from './mechanism.ts';

const separator = '\x01';

/** Longest answer of a broker that is read. */
const failureCharactersMax = 300;

/** OAUTHBEARER (RFC 7628, KIP-255): one token; the broker says yes with nothing and no with a JSON object. */
export class OauthBearerMechanism implements SaslMechanism {
  readonly name = 'OAUTHBEARER';
  readonly secrets: readonly string[];
  readonly #token: string;
  #failure: string | null = null;

  constructor(token: string) {
    this.secrets = [token];
    this.#token = token;
  }

  first(): Uint8Array {
    return Buffer.from(`n,,${separator}auth=Bearer ${this.#token}${separator}${separator}`, 'utf8');
  }

  answered(token: Uint8Array): MechanismStep {
    if (this.#failure !== null) return { kind: 'refused', detail: this.#failure };
    if (token.length === 0) return { kind: 'done' };
    this.#failure = failureOf(token);
    // The server ends the exchange only after the client has said that it heard (RFC 7628 §3.2.3).
    return { kind: 'send', token: Uint8Array.of(1) };
  }

  derived(): MechanismStep {
    return { kind: 'refused', detail: 'OAUTHBEARER derives no key' };
  }
}

/** `status` of the JSON of a refusal, or the beginning of whatever else it is. */
function failureOf(token: Uint8Array): string {
  const text = Buffer.from(token.subarray(0, failureCharactersMax)).toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && 'status' in value && typeof value.status === 'string') {
      return value.status;
    }
  } catch {
    // Not JSON, or cut: the text itself has to do.
  }
  return text;
}
