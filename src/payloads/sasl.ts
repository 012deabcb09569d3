/**
 * What may be shown of a SASL token: who logs in, never the secret (PROTOCOL 7.2). All readers take the raw token
 * bytes and answer null when the token is not of that shape.
 */

import { gssAuthorizationId } from './gss-token.ts';

const decoder = new TextDecoder('utf-8', { fatal: false });
const principalCharactersMax = 256;

function shorten(text: string): string | null {
  return text.length === 0 ? null : cutAt(text, principalCharactersMax);
}

/** Text that is cut where it is too long, and then ends in a mark that says so. */
function cutAt(text: string, charactersMax: number): string {
  return text.length <= charactersMax ? text : `${text.slice(0, charactersMax - 1)}…`;
}

/** PLAIN (RFC 4616): `[authzid] NUL authcid NUL passwd`; the authcid. */
function plainUser(token: Uint8Array): string | null {
  const first = token.indexOf(0);
  if (first < 0) return null;
  const second = token.indexOf(0, first + 1);
  if (second < 0) return null;
  return shorten(decoder.decode(token.subarray(first + 1, second)));
}

/** SCRAM client-first message (RFC 5802): `n,[a=authzid],n=user,r=nonce`; the user with =2C and =3D undone. */
function scramUser(token: Uint8Array): string | null {
  const text = decoder.decode(token.subarray(0, 1024));
  const match = /^[nyp][^,]*,[^,]*,(?:m=[^,]*,)?n=([^,]*),r=/.exec(text);
  if (match?.[1] === undefined) return null;
  return shorten(match[1].replaceAll('=2C', ',').replaceAll('=3D', '='));
}

const claimTextMax = 512;
const tokenTextBytesMax = 16_384;

/** Claims of an access token that say who and for how long; others may be anything. */
const claimNames: readonly string[] = ['sub', 'iss', 'aud', 'exp', 'iat', 'nbf', 'scope', 'scp', 'azp', 'client_id'];

/** UTF-8 text of a part of a token, cut at `bytesMax`. */
export function textBetween(token: Uint8Array, start: number, end: number, bytesMax = 1024): string {
  return decoder.decode(token.subarray(start, Math.min(end, start + bytesMax)));
}

/** The claims of the JWT behind `auth=Bearer `; its signature is never looked at. */
function bearerClaims(token: Uint8Array): object | null {
  const text = textBetween(token, 0, token.length, tokenTextBytesMax);
  const match = /auth=Bearer [\w-]+\.([\w-]+)/.exec(text);
  if (match?.[1] === undefined) return null;
  try {
    const claims: unknown = JSON.parse(Buffer.from(match[1], 'base64url').toString('utf8'));
    return typeof claims === 'object' ? claims : null;
  } catch {
    return null;
  }
}

/** The claims that may be shown, as `sub=alice exp=…`; null when the token is no JWT. */
export function shownClaims(token: Uint8Array): string | null {
  const claims = bearerClaims(token);
  if (claims === null) return null;
  const words: string[] = [];
  for (const [name, value] of Object.entries(claims)) {
    if (claimNames.includes(name)) words.push(`${name}=${String(value)}`);
  }
  return cutAt(words.join(' '), claimTextMax);
}

/** OAUTHBEARER (RFC 7628): the `sub` claim. */
function oauthSubject(token: Uint8Array): string | null {
  const claims = bearerClaims(token);
  if (claims === null || !('sub' in claims)) return null;
  return typeof claims.sub === 'string' ? shorten(claims.sub) : null;
}

/** The user named by a client's token under `mechanism`; null for server messages and tokens that name nobody. */
export function saslUser(mechanism: string, token: Uint8Array): string | null {
  const name = mechanism.toUpperCase();
  if (name === 'PLAIN') return plainUser(token);
  if (name.startsWith('SCRAM-')) return scramUser(token);
  if (name === 'OAUTHBEARER') return oauthSubject(token);
  if (name === 'GSSAPI') return gssAuthorizationId(token);
  return null;
}
