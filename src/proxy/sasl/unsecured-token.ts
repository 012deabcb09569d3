/** An unsecured JSON Web Token (RFC 7519 §6): what clients of a development cluster log in with. */
export interface UnsecuredToken {
  /** `sub`: as whom. */
  readonly subject: string;
  readonly lifetimeSeconds: number;
}

/** Lifetime that Java and librdkafka give such a token when nothing is said. */
export const unsecuredLifetimeSeconds = 3600;

/** The token's text at a time in epoch milliseconds. It is signed by nobody. */
export function unsecuredTokenText({ subject, lifetimeSeconds }: UnsecuredToken, nowMs: number): string {
  const issuedAt = Math.floor(nowMs / 1000);
  return `${part({ alg: 'none' })}.${part({ sub: subject, iat: issuedAt, exp: issuedAt + lifetimeSeconds })}.`;
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
