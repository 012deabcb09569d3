/** What a broker's answer to a token says: done, not yet done, or nothing, as only the mechanism's own bytes know. */
export type SaslOutcome = 'done' | 'goes-on' | 'unknown';

/**
 * Reads the broker's answer to a token that it took without error.
 *
 * PLAIN needs one token (RFC 4616). SCRAM is done with the server's signature, `v=` (RFC 5802); before it comes the
 * challenge, which anybody gets who names a user. OAUTHBEARER says yes with nothing and no with JSON, which the client
 * must answer before the error comes (RFC 7628). What GSSAPI and others mean is known to their ends alone.
 */
export function saslOutcome(mechanism: string, answer: Uint8Array): SaslOutcome {
  const name = mechanism.toUpperCase();
  if (name === 'PLAIN') return 'done';
  if (name === 'OAUTHBEARER') return answer.length === 0 ? 'done' : 'goes-on';
  if (name.startsWith('SCRAM-')) return answer[0] === 0x76 && answer[1] === 0x3d ? 'done' : 'goes-on';
  return 'unknown';
}
