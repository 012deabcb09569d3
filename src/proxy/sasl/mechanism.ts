/**
 * What a mechanism wants next. `derive`: the salted password of SCRAM is wanted, which takes the processor so long
 * that the caller has to fetch it apart from the data path, and then calls `derived`.
 */
export type MechanismStep =
  | { readonly kind: 'send'; readonly token: Uint8Array }
  | { readonly kind: 'derive'; readonly salt: Uint8Array; readonly iterations: number }
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly detail: string };

/** One login by one SASL mechanism, from the client's end: tokens in, tokens out. Sans-io, and used once. */
export interface SaslMechanism {
  /** As SaslHandshake names it. */
  readonly name: string;
  /** The client's first token; every mechanism of Kafka's begins with the client. */
  first(): Uint8Array;
  /** The broker's answer to the last token; it came without an error. */
  answered(token: Uint8Array): MechanismStep;
  /** The key a `derive` step asked for. */
  derived(saltedPassword: Uint8Array): MechanismStep;
  /** Texts that must not come out, also where a broker repeats them in its error message. */
  readonly secrets: readonly string[];
}

/** Mechanisms that kafka-scope can log in by. */
export const loginMechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'] as const;
export type LoginMechanism = (typeof loginMechanisms)[number];

/** The mechanism of that name, in any letter case; null when kafka-scope cannot log in by it. */
export function loginMechanismOf(name: string): LoginMechanism | null {
  const wanted = name.trim().toUpperCase();
  return loginMechanisms.find((each) => each === wanted) ?? null;
}
