/**
 * What may be shown of a SASL token: who logs in, never the secret (PROTOCOL 7.2). All readers take the raw token
 * bytes and answer null when the token is not of that shape.
 */

const decoder = new TextDecoder('utf-8', { fatal: false });
const principalCharactersMax = 256;

function shorten(text: string): string | null {
  return text.length === 0 ? null : text.slice(0, principalCharactersMax);
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

/** OAUTHBEARER (RFC 7628): the `sub` claim of the token's payload; the signature is never looked at. */
function oauthSubject(token: Uint8Array): string | null {
  const text = decoder.decode(token.subarray(0, 16_384));
  const match = /auth=Bearer [\w-]+\.([\w-]+)/.exec(text);
  if (match?.[1] === undefined) return null;
  try {
    const claims: unknown = JSON.parse(Buffer.from(match[1], 'base64url').toString('utf8'));
    if (typeof claims !== 'object' || claims === null || !('sub' in claims)) return null;
    return typeof claims.sub === 'string' ? shorten(claims.sub) : null;
  } catch {
    return null;
  }
}

/** The user named by a client's token under `mechanism`; null for server messages, later rounds and GSSAPI. */
export function saslUser(mechanism: string, token: Uint8Array): string | null {
  const name = mechanism.toUpperCase();
  if (name === 'PLAIN') return plainUser(token);
  if (name.startsWith('SCRAM-')) return scramUser(token);
  if (name === 'OAUTHBEARER') return oauthSubject(token);
  return null;
}
