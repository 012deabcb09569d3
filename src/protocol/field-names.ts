/**
 * What a message alone cannot say: the names behind ids, learned from other messages. Both answer null while nothing
 * taught the name.
 */
export interface FieldNames {
  /** Name of a topic by its 22-character id. */
  topicOf(topicId: string): string | null;
  /** Transactional id that a producer id was given to. */
  transactionalIdOf(producerId: bigint): string | null;
}

/** Names of a place where nothing was learned. */
export const noFieldNames: FieldNames = Object.freeze({ topicOf: () => null, transactionalIdOf: () => null });
