import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { MechanismStep, SaslMechanism } from './mechanism.ts';

/** The two variants Kafka has (RFC 5802, RFC 7677). */
export type ScramName = 'SCRAM-SHA-256' | 'SCRAM-SHA-512';

/** Fewer iterations than this are refused, as Kafka's own client does: they make guessing cheap. */
export const scramIterationsMin = 4096;

/** More are refused, too: Kafka's brokers store 16,384 at most, and each login would cost seconds. */
export const scramIterationsMax = 1_000_000;

/** Longest message of a server that is read; Kafka's are below 200 bytes. */
const serverMessageBytesMax = 16 * 1024;

/** What a `derive` step leads to: `digest` and size for PBKDF2. */
export function scramDigest(name: ScramName): { readonly digest: string; readonly bytes: number } {
  return name === 'SCRAM-SHA-256' ? { digest: 'sha256', bytes: 32 } : { digest: 'sha512', bytes: 64 };
}

/** The base64 of the header `n,,`: no channel binding, no authorization name. */
const channelBinding = 'biws';

export interface ScramOptions {
  readonly name: ScramName;
  readonly username: string;
  readonly password: string;
  /** Random and printable without a comma; made anew for every login. */
  readonly nonce: string;
  /** The user and password are a delegation token's id and HMAC (KIP-48). */
  readonly delegationToken: boolean;
}

/**
 * The client's end of SCRAM. Names are UTF-8 and not prepared, with `,` and `=` escaped: Kafka does no SASLprep, so
 * doing it here would lock out users whose password it changes.
 *
 *   first ──challenge──► derive ──salted password──► final ──signature──► done
 */
export class ScramMechanism implements SaslMechanism {
  readonly name: ScramName;
  readonly secrets: readonly string[];
  readonly #options: ScramOptions;
  readonly #digest: string;
  readonly #firstBare: string;
  #serverFirst = '';
  #serverNonce = '';
  #signature: Buffer | null = null;

  constructor(options: ScramOptions) {
    this.name = options.name;
    this.secrets = [options.password];
    this.#options = options;
    this.#digest = scramDigest(options.name).digest;
    const extension = options.delegationToken ? ',tokenauth=true' : '';
    this.#firstBare = `n=${escapeName(options.username)},r=${options.nonce}${extension}`;
  }

  first(): Uint8Array {
    return Buffer.from(`n,,${this.#firstBare}`, 'utf8');
  }

  answered(token: Uint8Array): MechanismStep {
    if (token.length > serverMessageBytesMax) return refused(`its message has ${token.length} bytes`);
    const text = Buffer.from(token).toString('utf8');
    return this.#signature === null ? this.#challenged(text) : this.#verify(text, this.#signature);
  }

  derived(saltedPassword: Uint8Array): MechanismStep {
    const clientKey = this.#hmac(saltedPassword, 'Client Key');
    const storedKey = createHash(this.#digest).update(clientKey).digest();
    const withoutProof = `c=${channelBinding},r=${this.#serverNonce}`;
    const authMessage = `${this.#firstBare},${this.#serverFirst},${withoutProof}`;
    const proof = this.#hmac(storedKey, authMessage);
    for (const [index, byte] of clientKey.entries()) proof[index] = (proof[index] ?? 0) ^ byte;
    this.#signature = this.#hmac(this.#hmac(saltedPassword, 'Server Key'), authMessage);
    return { kind: 'send', token: Buffer.from(`${withoutProof},p=${proof.toString('base64')}`, 'utf8') };
  }

  #challenged(text: string): MechanismStep {
    const attributes = attributesOf(text);
    const error = attributes.get('e');
    if (error !== undefined) return refused(error);
    if (attributes.has('m')) return refused('it asks for an extension that kafka-scope does not know (m=)');
    const nonce = attributes.get('r') ?? '';
    const salt = Buffer.from(attributes.get('s') ?? '', 'base64');
    const iterations = attributes.get('i') ?? '';
    if (nonce === '' || salt.length === 0 || !/^\d{1,9}$/.test(iterations)) {
      return refused('its challenge is not of the form r=…,s=…,i=…');
    }
    if (!nonce.startsWith(this.#options.nonce) || nonce.length === this.#options.nonce.length) {
      return refused('its nonce does not continue ours, so the challenge is not meant for this login');
    }
    const count = Number(iterations);
    if (count < scramIterationsMin || count > scramIterationsMax) {
      return refused(`it asks for ${count} iterations; ${scramIterationsMin} to ${scramIterationsMax} are accepted`);
    }
    this.#serverFirst = text;
    this.#serverNonce = nonce;
    return { kind: 'derive', salt, iterations: count };
  }

  #verify(text: string, expected: Buffer): MechanismStep {
    const attributes = attributesOf(text);
    const error = attributes.get('e');
    if (error !== undefined) return refused(error);
    const signature = Buffer.from(attributes.get('v') ?? '', 'base64');
    if (signature.length === expected.length && timingSafeEqual(signature, expected)) return { kind: 'done' };
    return refused(
      'its signature is wrong: it does not know the password, so it may not be the broker it claims to be',
    );
  }

  #hmac(key: Uint8Array, text: string): Buffer {
    return createHmac(this.#digest, key).update(text, 'utf8').digest();
  }
}

function refused(detail: string): MechanismStep {
  return { kind: 'refused', detail };
}

/** RFC 5802 §5.1: `=` and `,` in a name. */
function escapeName(name: string): string {
  return name.replaceAll('=', '=3D').replaceAll(',', '=2C');
}

/** `a=…,b=…` by letter; the first of a letter counts. */
function attributesOf(text: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const part of text.split(',', 64)) {
    if (part[1] !== '=' || attributes.has(part.slice(0, 1))) continue;
    attributes.set(part.slice(0, 1), part.slice(2));
  }
  return attributes;
}
