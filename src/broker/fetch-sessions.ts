import type { BrokerCounters } from './counters.ts';
import { ErrorCode } from './error-code.ts';
import type { Identity } from './identity.ts';
import { fetchSessionsPerBrokerMax, partitionsPerFetchSessionMax } from './limits.ts';

/** What a Fetch wants of one partition, and what the session last told about it. */
export interface FetchedPartition {
  readonly topicName: string;
  readonly topicId: string;
  readonly partition: number;
  fetchOffset: bigint;
  partitionBytesMax: number;
  currentLeaderEpoch: number;
  /** High watermark last sent; −1 when nothing was sent yet. */
  sentHighWatermark: bigint;
  sentStartOffset: bigint;
}

/** A fetch session (KIP-227): partitions in the client's order, and the epoch its next request must carry. */
export interface FetchSession {
  readonly id: number;
  nextEpoch: number;
  readonly partitions: Map<string, FetchedPartition>;
}

/** How a request relates to sessions: none, a full fetch that opened one, an incremental one, or an error. */
export type SessionOutcome =
  | { readonly kind: 'sessionless' }
  | { readonly kind: 'full'; readonly session: FetchSession }
  | { readonly kind: 'incremental'; readonly session: FetchSession }
  | { readonly kind: 'error'; readonly errorCode: number };

const sessionless: SessionOutcome = { kind: 'sessionless' };

/** One broker's fetch sessions. They belong to the broker, not to a connection, and the longest unused goes first. */
export class FetchSessions {
  readonly #sessions = new Map<number, FetchSession>();
  readonly #identity: Identity;
  readonly #counters: BrokerCounters;

  constructor(identity: Identity, counters: BrokerCounters) {
    this.#identity = identity;
    this.#counters = counters;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Finds or makes the session a request belongs to, and moves its epoch on. */
  begin(sessionId: number, sessionEpoch: number): SessionOutcome {
    if (sessionEpoch === -1) {
      this.#sessions.delete(sessionId);
      return sessionless;
    }
    if (sessionEpoch === 0) {
      this.#sessions.delete(sessionId);
      return { kind: 'full', session: this.#open() };
    }
    const session = this.#sessions.get(sessionId);
    if (session === undefined) return { kind: 'error', errorCode: ErrorCode.fetchSessionIdNotFound };
    if (session.nextEpoch !== sessionEpoch) return { kind: 'error', errorCode: ErrorCode.invalidFetchSessionEpoch };
    session.nextEpoch = sessionEpoch === 0x7fffffff ? 1 : sessionEpoch + 1;
    this.#sessions.delete(sessionId);
    this.#sessions.set(sessionId, session);
    return { kind: 'incremental', session };
  }

  /** Adds or changes a partition of a session; a full session keeps what it has and the limit is counted. */
  put(session: FetchSession, wanted: FetchedPartition): void {
    const key = fetchKey(wanted.topicName, wanted.topicId, wanted.partition);
    const known = session.partitions.get(key);
    if (known !== undefined) {
      known.fetchOffset = wanted.fetchOffset;
      known.partitionBytesMax = wanted.partitionBytesMax;
      known.currentLeaderEpoch = wanted.currentLeaderEpoch;
      return;
    }
    if (session.partitions.size >= partitionsPerFetchSessionMax) {
      this.#counters.limit('partitionsPerFetchSessionMax');
      return;
    }
    session.partitions.set(key, wanted);
  }

  /** Forgets a partition the client no longer wants. */
  forget(session: FetchSession, topicName: string, topicId: string, partition: number): void {
    session.partitions.delete(fetchKey(topicName, topicId, partition));
  }

  #open(): FetchSession {
    if (this.#sessions.size >= fetchSessionsPerBrokerMax) {
      const longestUnused = this.#sessions.keys().next();
      if (longestUnused.done !== true) this.#sessions.delete(longestUnused.value);
      this.#counters.limit('fetchSessionsPerBrokerMax');
    }
    const session: FetchSession = { id: this.#freeId(), nextEpoch: 1, partitions: new Map() };
    this.#sessions.set(session.id, session);
    return session;
  }

  #freeId(): number {
    for (;;) {
      const id = this.#identity.nextPositiveInt('fetch-session');
      if (!this.#sessions.has(id)) return id;
    }
  }
}

/** By id where the version has ids, else by name: the same partition under both is two entries, as in Kafka. */
function fetchKey(topicName: string, topicId: string, partition: number): string {
  return `${topicId}/${topicName}/${partition}`;
}
