/**
 * Fields that carry credentials, by message and path (struct fields joined by dots). The specs do not say so; these are
 * read off the protocol: SASL tokens, SCRAM material, delegation-token keys, and the envelope, which holds a whole
 * other request. Config values are secret by the name of their key, which a table cannot tell.
 */
export const secretFields: ReadonlyMap<string, readonly string[]> = new Map([
  ['SaslAuthenticateRequest', ['authBytes']],
  ['SaslAuthenticateResponse', ['authBytes']],
  ['AlterUserScramCredentialsRequest', ['upsertions.salt', 'upsertions.saltedPassword']],
  ['CreateDelegationTokenResponse', ['hmac']],
  ['RenewDelegationTokenRequest', ['hmac']],
  ['ExpireDelegationTokenRequest', ['hmac']],
  ['DescribeDelegationTokenResponse', ['tokens.hmac']],
  ['EnvelopeRequest', ['requestData']],
  ['EnvelopeResponse', ['responseData']],
  ['UserScramCredentialRecord', ['salt', 'storedKey', 'serverKey']],
]);
