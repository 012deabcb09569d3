import type { Exchange } from '../exchange/exchange.ts';

/** Sets remembered to be used again; one a connection and API, as far as they do not collide. */
const slotsMax = 4096;

/** Bytes of a set beside its texts, and of each text in it beside its characters. */
const setBytes = 240;
const textBytes = 40;

/**
 * What exchanges of one client, API and topic have in common. Most exchanges say the same as an earlier one of their
 * connection, so the history remembers it once for all of them.
 */
export interface SharedFacts {
  readonly clientId: string | null;
  readonly apiKey: number | null;
  readonly apiVersion: number | null;
  readonly guessed: boolean;
  readonly topics: readonly string[];
  readonly topicCount: number;
  readonly group: string | null;
  readonly transactionalId: string | null;
  readonly tags: readonly string[];
  /** Codecs of the records; null where there are no records. */
  readonly codecs: readonly string[] | null;
  /** Exchange that pays for this set in the history's account. */
  chargedSeq: number;
}

/** Finds the set that says the same as an exchange, or makes it. */
export class SharedFactsTable {
  readonly #slots: (SharedFacts | null)[] = new Array(slotsMax).fill(null);

  /** The set of an exchange. A new one, or one older than `firstSeq`, is charged to this exchange: `chargedSeq` is its. */
  of(exchange: Exchange, firstSeq: number): SharedFacts {
    const slot = (exchange.connection.id * 8 + (exchange.apiKey ?? 0)) & (slotsMax - 1);
    const known = this.#slots[slot] ?? null;
    if (known !== null && saysTheSame(known, exchange)) {
      if (known.chargedSeq < firstSeq) known.chargedSeq = exchange.seq;
      return known;
    }
    const facts: SharedFacts = {
      clientId: exchange.clientId,
      apiKey: exchange.apiKey,
      apiVersion: exchange.apiVersion,
      guessed: exchange.guessed,
      topics: exchange.topics,
      topicCount: exchange.topicCount,
      group: exchange.group,
      transactionalId: exchange.transactionalId,
      tags: exchange.tags,
      codecs: exchange.records === null ? null : exchange.records.codecs,
      chargedSeq: exchange.seq,
    };
    this.#slots[slot] = facts;
    return facts;
  }

  clear(): void {
    this.#slots.fill(null);
  }
}

/** Bytes that a set costs in memory. */
export function sharedFactsBytes(facts: SharedFacts): number {
  let bytes = setBytes + textCost(facts.clientId) + textCost(facts.group) + textCost(facts.transactionalId);
  for (const topic of facts.topics) bytes += textCost(topic);
  return bytes;
}

function textCost(text: string | null): number {
  return text === null ? 0 : textBytes + text.length;
}

function saysTheSame(facts: SharedFacts, exchange: Exchange): boolean {
  return (
    facts.apiKey === exchange.apiKey &&
    facts.apiVersion === exchange.apiVersion &&
    facts.clientId === exchange.clientId &&
    facts.topicCount === exchange.topicCount &&
    facts.guessed === exchange.guessed &&
    facts.group === exchange.group &&
    facts.transactionalId === exchange.transactionalId &&
    sameTexts(facts.topics, exchange.topics) &&
    sameTexts(facts.tags, exchange.tags) &&
    sameTexts(facts.codecs, exchange.records === null ? null : exchange.records.codecs)
  );
}

function sameTexts(left: readonly string[] | null, right: readonly string[] | null): boolean {
  if (left === right) return true;
  if (left === null || right === null || left.length !== right.length) return false;
  for (let index = 0; index < left.length; index += 1) if (left[index] !== right[index]) return false;
  return true;
}
