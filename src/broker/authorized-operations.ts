/** What "not asked for" reads as in every `…AuthorizedOperations` field. */
const notAsked = -2_147_483_648;

/** Bits are Kafka's `AclOperation` codes; without an authorizer everybody may do all of them. */
const allowed = {
  /** read write create delete alter describe describeConfigs alterConfigs */
  topic: bits(3, 4, 5, 6, 7, 8, 10, 11),
  /** create alter describe clusterAction describeConfigs alterConfigs idempotentWrite */
  cluster: bits(5, 7, 8, 9, 10, 11, 12),
  /** read delete describe */
  group: bits(3, 6, 8),
} as const;

/** The bit field of KIP-430, or the value that means the client did not ask. */
export function operationsOf(resource: keyof typeof allowed, asked: boolean): number {
  return asked ? allowed[resource] : notAsked;
}

function bits(...codes: readonly number[]): number {
  return codes.reduce((field, code) => field | (1 << code), 0);
}
