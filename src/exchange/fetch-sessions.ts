import type { WalkFacts } from '../protocol/walk.ts';
import type { ConnectionTrack } from './connection-track.ts';
import type { EngineLimits } from './engine-limits.ts';
import type { Exchange, SessionFacts } from './exchange.ts';
import { fetchSessionsMax, nameCharactersMax, sessionPartitionsMax } from './limits.ts';
import { PartitionSession } from './partition-session.ts';
import { SessionPartitions } from './session-partitions.ts';
import type { TopicNames } from './topic-names.ts';

const fetchKey = 1;
const shareFetchKey = 78;
const shareAcknowledgeKey = 79;
/** Epochs with a meaning of their own (Kafka's INITIAL_EPOCH and FINAL_EPOCH). */
const initialEpoch = 0;
const finalEpoch = -1;
/** A session in use is spared this often before one must go all the same. */
const sparedMax = 8;

/**
 * Fetch sessions (KIP-227) and share sessions (KIP-932): after the first, full request a client sends only changes, so
 * what it asks for is known only by remembering.
 *
 * Epoch 0 asks for a new session (and ends the one named), -1 for none; any other epoch means `the same as before,
 * but`. A fetch session belongs to a broker and gets its id from the response; connections come and go under it. A
 * share session belongs to a broker, group and member, and begins with its request.
 */
export class FetchSessions {
  readonly #topicNames: TopicNames;
  readonly #sessions = new Map<string, PartitionSession>();
  readonly #scan = new SessionPartitions();
  readonly #limits: EngineLimits;
  #partitions = 0;

  constructor(topicNames: TopicNames, limits: EngineLimits) {
    this.#topicNames = topicNames;
    this.#limits = limits;
  }

  /** Sessions remembered. */
  get size(): number {
    return this.#sessions.size;
  }

  /** True for the APIs whose requests may belong to a session. */
  static concerns(apiKey: number): boolean {
    return apiKey === fetchKey || apiKey === shareFetchKey || apiKey === shareAcknowledgeKey;
  }

  /** Reads what a walked request says of its session, and names the topics it does not list. */
  request(track: ConnectionTrack, exchange: Exchange, payload: Uint8Array, facts: WalkFacts): void {
    if (exchange.apiKey === fetchKey) this.#fetch(track, exchange, payload, facts);
    else this.#share(track, exchange, payload, facts);
  }

  /** Reads what a walked response says of the session of its request. */
  response(track: ConnectionTrack, exchange: Exchange, payload: Uint8Array, facts: WalkFacts): void {
    const { session: asked } = exchange;
    if (asked === null) return;
    const errorCode = facts.topLevel('errorCode') ?? 0;
    if (exchange.apiKey === fetchKey) {
      const id = facts.topLevel('sessionId') ?? 0;
      if (asked.kind === 'full') {
        if (errorCode === 0 && id !== 0) this.#begin(track, exchange, id);
        return;
      }
      // Any error makes clients begin anew, and an answer without id ends the session.
      if (asked.kind === 'incremental' && (errorCode !== 0 || id === 0)) this.#dropOf(track, exchange);
    } else if (errorCode !== 0) this.#dropOf(track, exchange);
    if (asked.kind === 'incremental' && asked.partial && errorCode === 0 && facts.topicCount > 0) {
      this.#learn(track, exchange, payload);
    }
  }

  #fetch(track: ConnectionTrack, exchange: Exchange, payload: Uint8Array, facts: WalkFacts): void {
    const epoch = facts.topLevel('sessionEpoch');
    const id = facts.topLevel('sessionId');
    // Before version 7 there are no sessions.
    if (epoch === null || id === null) return;
    if (epoch === finalEpoch || epoch === initialEpoch) {
      const old = id === 0 ? undefined : this.#fetchSession(track, id);
      const ends = id === 0 ? 'sessionless' : 'closing';
      exchange.session = endFacts(epoch === initialEpoch ? 'full' : ends, id, epoch);
      if (old !== undefined) {
        if (facts.topicCount === 0) this.#show(exchange, old);
        this.#drop(old);
      }
      return;
    }
    let session = this.#fetchSession(track, id);
    if (session === undefined) session = this.#add(new PartitionSession(fetchKeyOf(track, id), id, epoch, true));
    else session.advance(epoch);
    track.session = session;
    this.#change(exchange, session, payload, facts);
    exchange.session = sessionFacts(id, epoch, 'incremental', session);
  }

  #share(track: ConnectionTrack, exchange: Exchange, payload: Uint8Array, facts: WalkFacts): void {
    const epoch = facts.topLevel('shareSessionEpoch');
    if (epoch === null) return;
    const scan = this.#scan;
    scan.read(payload, 'request', exchange.apiKey ?? -1, exchange.apiVersion ?? 0);
    const key = `${track.facts.broker}\n${(facts.groupId ?? '').slice(0, nameCharactersMax)}\n${scan.memberId}`;
    const old = this.#sessions.get(key);
    const fetches = exchange.apiKey === shareFetchKey;
    if (epoch === finalEpoch) {
      exchange.session = endFacts('closing', 0, epoch);
      if (old === undefined) return;
      if (facts.topicCount === 0) this.#show(exchange, old);
      this.#drop(old);
      return;
    }
    if (epoch === initialEpoch) {
      if (old !== undefined) this.#drop(old);
      // An acknowledgement cannot open a session, whatever it says.
      if (!fetches) {
        exchange.session = endFacts('full', 0, epoch);
        return;
      }
    }
    let session = epoch === initialEpoch ? undefined : old;
    if (session === undefined) session = this.#add(new PartitionSession(key, 0, epoch, epoch !== initialEpoch));
    else session.advance(epoch);
    track.session = session;
    // An acknowledgement lists what it acknowledges and leaves the session as it is.
    if (fetches) this.#apply(exchange, session);
    exchange.session = sessionFacts(0, epoch, epoch === initialEpoch ? 'full' : 'incremental', session);
  }

  /** The session that the response to a full Fetch opened; what it holds is read from the request as kept. */
  #begin(track: ConnectionTrack, exchange: Exchange, id: number): void {
    if (exchange.request === null) return;
    const known = this.#fetchSession(track, id);
    if (known !== undefined) this.#drop(known);
    const session = this.#add(new PartitionSession(fetchKeyOf(track, id), id, initialEpoch, false));
    track.session = session;
    this.#scan.read(exchange.request.bytes, 'request', fetchKey, exchange.apiVersion ?? 0);
    this.#apply(null, session);
    exchange.session = sessionFacts(id, initialEpoch, 'full', session);
  }

  #change(exchange: Exchange, session: PartitionSession, payload: Uint8Array, facts: WalkFacts): void {
    if (facts.topicCount === 0) {
      this.#show(exchange, session);
      return;
    }
    this.#scan.read(payload, 'request', exchange.apiKey ?? -1, exchange.apiVersion ?? 0);
    this.#apply(exchange, session);
  }

  #apply(exchange: Exchange | null, session: PartitionSession): void {
    const before = session.partitionCount;
    const isWhole = session.add(this.#scan.listed, this.#scan.byId);
    if (!session.forget(this.#scan.forgotten) || !isWhole) this.#limits.reach('partitionsPerSessionMax');
    this.#partitions += session.partitionCount - before;
    while (this.#partitions > sessionPartitionsMax && this.#sessions.size > 1) {
      this.#evict(session);
      this.#limits.reach('sessionPartitionsMax');
    }
    if (exchange !== null) this.#show(exchange, session);
  }

  /** A session that began unseen is learned from what its broker answers. */
  #learn(track: ConnectionTrack, exchange: Exchange, payload: Uint8Array): void {
    const session = this.#sessionOf(track, exchange);
    if (session === undefined || exchange.apiKey === shareAcknowledgeKey) return;
    this.#scan.read(payload, 'response', exchange.apiKey ?? -1, exchange.apiVersion ?? 0);
    this.#apply(exchange, session);
    const asked = exchange.session;
    if (asked !== null) exchange.session = { ...asked, partitions: session.partitionCount };
  }

  #show(exchange: Exchange, session: PartitionSession): void {
    if (session.topicCount === 0) return;
    exchange.topics = session.names(this.#topicNames);
    exchange.topicCount = session.topicCount;
  }

  #fetchSession(track: ConnectionTrack, id: number): PartitionSession | undefined {
    const last = track.session;
    // Nearly always the connection's last session is meant, and then no key has to be made.
    if (last !== null && last.id === id && !last.dropped) {
      last.used = true;
      return last;
    }
    const session = this.#sessions.get(fetchKeyOf(track, id));
    if (session !== undefined) session.used = true;
    return session;
  }

  /** The session that an earlier request of the connection used. */
  #sessionOf(track: ConnectionTrack, exchange: Exchange): PartitionSession | undefined {
    const id = exchange.session?.id ?? null;
    if (id !== null) return this.#fetchSession(track, id);
    const last = track.session;
    return last !== null && last.id === 0 && !last.dropped ? last : undefined;
  }

  #dropOf(track: ConnectionTrack, exchange: Exchange): void {
    const session = this.#sessionOf(track, exchange);
    if (session !== undefined) this.#drop(session);
  }

  #add(session: PartitionSession): PartitionSession {
    if (this.#sessions.size >= fetchSessionsMax) {
      this.#evict(session);
      this.#limits.reach('fetchSessionsMax');
    }
    this.#sessions.set(session.key, session);
    return session;
  }

  #drop(session: PartitionSession): void {
    if (session.dropped) return;
    session.dropped = true;
    this.#partitions -= session.partitionCount;
    this.#sessions.delete(session.key);
  }

  /** Gives up the session that was longest unused, as far as a few looks tell; never `spared`. */
  #evict(spared: PartitionSession): void {
    let looks = 0;
    for (const session of this.#sessions.values()) {
      looks += 1;
      if (session !== spared && (!session.used || looks > sparedMax)) {
        this.#drop(session);
        return;
      }
      session.used = false;
      this.#sessions.delete(session.key);
      this.#sessions.set(session.key, session);
    }
  }
}

function fetchKeyOf(track: ConnectionTrack, id: number): string {
  return `${track.facts.broker}\n${id}`;
}

/** Facts of a request that names no session to go on with. */
function endFacts(kind: SessionFacts['kind'], id: number, epoch: number): SessionFacts {
  return { id: kind === 'closing' && id !== 0 ? id : null, epoch, kind, partitions: null, partial: false };
}

function sessionFacts(id: number, epoch: number, kind: SessionFacts['kind'], session: PartitionSession): SessionFacts {
  const { partitionCount, partial } = session;
  return { id: id === 0 ? null : id, epoch, kind, partitions: partitionCount, partial };
}
