import { pbkdf2, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs';
import { saslUser } from '../../payloads/sasl.ts';
import type { LoginMechanism, SaslMechanism } from './mechanism.ts';
import { OauthBearerMechanism } from './oauth-bearer.ts';
import { PlainMechanism } from './plain.ts';
import { ScramMechanism, type ScramName, scramDigest } from './scram.ts';
import { type UnsecuredToken, unsecuredTokenText } from './unsecured-token.ts';

/** How the proxy logs in to the brokers; plain data, so that it can cross to a worker. */
export type UpstreamSasl =
  | {
      readonly mechanism: Exclude<LoginMechanism, 'OAUTHBEARER'>;
      readonly username: string;
      readonly password: string;
      /** The user and password are a delegation token's id and HMAC (KIP-48); SCRAM only. */
      readonly delegationToken?: boolean;
    }
  | { readonly mechanism: 'OAUTHBEARER'; readonly tokenFile: string }
  | { readonly mechanism: 'OAUTHBEARER'; readonly unsecured: UnsecuredToken };

/** Real tokens are below a few KiB; a broker takes 512 KiB. */
const tokenBytesMax = 256 * 1024;

/** Salted passwords kept: one a user is enough unless brokers have salts of their own. */
const keysMax = 8;

/** Bytes of a nonce before they are written in base64url. */
const nonceBytes = 24;

/** Why a token file cannot be used, as one sentence. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
}

/** A token as a file holds it. Throws a `TokenError` for what cannot be a token; the text is never repeated. */
export function tokenOf(bytes: Uint8Array, path: string): string {
  if (bytes.length > tokenBytesMax) throw new TokenError(`${path} has ${bytes.length} bytes, which is no token.`);
  const token = Buffer.from(bytes).toString('utf8').trim();
  if (token === '') throw new TokenError(`${path} is empty; write the token into it.`);
  // RFC 6750 §2.1: what a bearer token is made of. A space or a control character would cut the message it stands in.
  if (!/^[A-Za-z0-9._~+/-]+=*$/.test(token)) {
    throw new TokenError(
      `${path} holds something that is no bearer token: one line of letters, digits and ._~+/-= is expected.`,
    );
  }
  return token;
}

/**
 * Makes the mechanism for each login: a token is read anew, so that one renewed in its file is used; a SCRAM key is
 * derived once and kept, since it costs milliseconds and all connections of a user need the same.
 */
export class Credentials {
  readonly #sasl: UpstreamSasl;
  readonly #keys = new Map<string, Uint8Array>();

  constructor(sasl: UpstreamSasl) {
    this.#sasl = sasl;
  }

  get mechanism(): LoginMechanism {
    return this.#sasl.mechanism;
  }

  /** Calls back once, with a mechanism or a sentence that says why there is none. */
  prepare(done: (made: SaslMechanism | TokenError) => void): void {
    const sasl = this.#sasl;
    if (sasl.mechanism !== 'OAUTHBEARER') {
      const { username, password } = sasl;
      done(
        sasl.mechanism === 'PLAIN'
          ? new PlainMechanism(username, password)
          : new ScramMechanism({
              name: sasl.mechanism,
              username,
              password,
              nonce: randomBytes(nonceBytes).toString('base64url'),
              delegationToken: sasl.delegationToken === true,
            }),
      );
      return;
    }
    if ('unsecured' in sasl) {
      done(new OauthBearerMechanism(unsecuredTokenText(sasl.unsecured, Date.now())));
      return;
    }
    readFile(sasl.tokenFile, (error, bytes) => {
      if (error !== null) {
        done(new TokenError(`${sasl.tokenFile} cannot be read (${error.code ?? 'no reason given'}).`));
        return;
      }
      try {
        done(new OauthBearerMechanism(tokenOf(bytes, sasl.tokenFile)));
      } catch (failure) {
        if (!(failure instanceof TokenError)) throw failure;
        done(failure);
      }
    });
  }

  /** The salted password of SCRAM (RFC 5802 `Hi`), made on Node's thread pool: the data path does not wait for it. */
  derive(salt: Uint8Array, iterations: number, done: (saltedPassword: Uint8Array) => void): void {
    const sasl = this.#sasl;
    if (sasl.mechanism === 'OAUTHBEARER' || sasl.mechanism === 'PLAIN') throw new Error('only SCRAM derives a key');
    const name: ScramName = sasl.mechanism;
    const id = `${iterations} ${Buffer.from(salt).toString('base64')}`;
    const known = this.#keys.get(id);
    if (known !== undefined) {
      done(known);
      return;
    }
    const { digest, bytes } = scramDigest(name);
    pbkdf2(Buffer.from(sasl.password, 'utf8'), salt, iterations, bytes, digest, (error, key) => {
      if (error !== null) throw error;
      for (const oldest of this.#keys.size >= keysMax ? this.#keys.keys() : []) {
        this.#keys.delete(oldest);
        break;
      }
      this.#keys.set(id, key);
      done(key);
    });
  }
}

/** Who a mechanism logs in as, from its first token; null when the token does not tell. */
export function principalOf(mechanism: SaslMechanism): string | null {
  return saslUser(mechanism.name, mechanism.first());
}
