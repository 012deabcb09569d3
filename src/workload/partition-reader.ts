import type { Struct } from '../protocol/message.ts';
import { bytesField, intField, longField, structsField, textField } from '../protocol/struct-fields.ts';
import { ApiKey } from './client-profile.ts';
import type { ClusterClient } from './cluster-client.ts';
import { offsetAfter } from './record-offsets.ts';
import { Unplanned } from './workload-error.ts';

/** A partition and the next offset to read of it. */
export interface Position {
  readonly topicName: string;
  readonly partition: number;
  offset: bigint;
}

interface Session {
  id: number;
  epoch: number;
  /** Offsets the broker knows we want, by position key. */
  readonly told: Map<string, bigint>;
}

const minBytes = 1;
const partitionMaxBytes = 262_144;
const maxBytes = 1_048_576;
const offsetOutOfRange = 1;
const sessionErrors: ReadonlySet<number> = new Set([70, 71]);
const staleErrors: ReadonlySet<number> = new Set([3, 5, 6, 74, 75, 100, 103]);
const listOffsetsEarliest = -2n;

/** Reads the partitions it was given from their leaders, with fetch sessions where the version has them (KIP-227). */
export class PartitionReader {
  readonly #client: ClusterClient;
  readonly #readCommitted: boolean;
  readonly #sessions = new Map<number, Session>();
  #positions = new Map<string, Position>();

  constructor(client: ClusterClient, readCommitted = false) {
    this.#client = client;
    this.#readCommitted = readCommitted;
  }

  get positions(): readonly Position[] {
    return [...this.#positions.values()];
  }

  /** Replaces what is read; partitions kept keep their offsets. */
  assign(positions: readonly Position[]): void {
    const next = new Map<string, Position>();
    for (const position of positions) next.set(keyOf(position), this.#positions.get(keyOf(position)) ?? position);
    this.#positions = next;
  }

  /** One Fetch to every leader concerned; resolves with the number of record bytes that came. */
  async poll(maxWaitMs: number): Promise<number> {
    const byLeader = new Map<number, Position[]>();
    for (const position of this.#positions.values()) {
      const { leaderId } = await this.#client.leader(position.topicName, position.partition);
      byLeader.set(leaderId, [...(byLeader.get(leaderId) ?? []), position]);
    }
    const counts = await Promise.all(
      [...byLeader].map(([nodeId, positions]) => this.#fetch(nodeId, positions, maxWaitMs)),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async #fetch(nodeId: number, positions: readonly Position[], maxWaitMs: number): Promise<number> {
    const connection = await this.#client.connection(nodeId);
    const session = this.#sessions.get(nodeId) ?? { id: 0, epoch: 0, told: new Map<string, bigint>() };
    this.#sessions.set(nodeId, session);
    const incremental = connection.version(ApiKey.fetch) >= 7 && session.epoch > 0;
    const changed = incremental
      ? positions.filter((position) => session.told.get(keyOf(position)) !== position.offset)
      : positions;
    const current = new Set(positions.map(keyOf));
    const forgotten = incremental ? [...session.told.keys()].filter((key) => !current.has(key)) : [];
    const body = {
      maxWaitMs,
      minBytes,
      maxBytes,
      isolationLevel: this.#readCommitted ? 1 : 0,
      sessionId: session.id,
      sessionEpoch: session.epoch,
      topics: await this.#toTopics(changed),
      forgottenTopicsData: await this.#toForgotten(forgotten),
    };
    const answer = await connection.request(ApiKey.fetch, body);
    const errorCode = intField(answer, 'errorCode', 0);
    if (sessionErrors.has(errorCode)) {
      this.#sessions.delete(nodeId);
      return 0;
    }
    if (errorCode !== 0) throw new Unplanned(`Fetch answered error ${errorCode}`);
    if (!incremental) session.told.clear();
    for (const key of forgotten) session.told.delete(key);
    for (const position of changed) session.told.set(keyOf(position), position.offset);
    session.id = intField(answer, 'sessionId', 0);
    session.epoch = session.id === 0 ? 0 : session.epoch + 1;
    return this.#take(answer);
  }

  async #take(answer: Struct): Promise<number> {
    let bytes = 0;
    let stale = false;
    for (const topic of structsField(answer, 'responses')) {
      const topicName = textField(topic, 'topic') || (this.#client.topicName(textField(topic, 'topicId')) ?? '');
      for (const fetched of structsField(topic, 'partitions')) {
        const key = keyOf({ topicName, partition: intField(fetched, 'partitionIndex', 0) });
        const position = this.#positions.get(key);
        if (position === undefined) continue;
        const errorCode = intField(fetched, 'errorCode', 0);
        if (errorCode === offsetOutOfRange) position.offset = await this.earliest(position);
        else if (staleErrors.has(errorCode)) stale = true;
        else if (errorCode !== 0) throw new Unplanned(`Fetch of ${key} answered error ${errorCode}`);
        const records = bytesField(fetched, 'records');
        if (records === null) continue;
        bytes += records.length;
        position.offset = offsetAfter(records, position.offset);
      }
    }
    if (stale) await this.#client.refresh([...new Set(this.positions.map(({ topicName }) => topicName))]);
    return bytes;
  }

  /** The first offset there is, from ListOffsets; 0 while the leader cannot be asked. */
  async earliest(position: { readonly topicName: string; readonly partition: number }): Promise<bigint> {
    const { leaderId } = await this.#client.leader(position.topicName, position.partition);
    const wanted = { partitionIndex: position.partition, timestamp: listOffsetsEarliest };
    const answer = await this.#client.request(leaderId, ApiKey.listOffsets, {
      replicaId: -1,
      topics: [{ name: position.topicName, partitions: [wanted] }],
    });
    const found = structsField(structsField(answer, 'topics')[0] ?? {}, 'partitions')[0] ?? {};
    return intField(found, 'errorCode', -1) === 0 ? longField(found, 'offset', 0n) : 0n;
  }

  async #toTopics(positions: readonly Position[]): Promise<Struct[]> {
    const topics = new Map<string, Struct[]>();
    for (const position of positions) {
      const { leaderEpoch } = await this.#client.leader(position.topicName, position.partition);
      const partitions = topics.get(position.topicName) ?? [];
      partitions.push({
        partition: position.partition,
        currentLeaderEpoch: leaderEpoch,
        fetchOffset: position.offset,
        partitionMaxBytes,
      });
      topics.set(position.topicName, partitions);
    }
    return this.#named(topics);
  }

  async #toForgotten(keys: readonly string[]): Promise<Struct[]> {
    const topics = new Map<string, number[]>();
    for (const key of keys) {
      const slash = key.lastIndexOf('/');
      const topicName = key.slice(0, slash);
      topics.set(topicName, [...(topics.get(topicName) ?? []), Number(key.slice(slash + 1))]);
    }
    return this.#named(topics);
  }

  async #named(topics: ReadonlyMap<string, Struct[] | number[]>): Promise<Struct[]> {
    const named: Struct[] = [];
    for (const [topic, partitions] of topics) {
      named.push({ topic, topicId: (await this.#client.topic(topic)).id, partitions });
    }
    return named;
  }
}

function keyOf(position: { readonly topicName: string; readonly partition: number }): string {
  return `${position.topicName}/${position.partition}`;
}
