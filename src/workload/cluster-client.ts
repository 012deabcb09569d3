import { setTimeout as wait } from 'node:timers/promises';
import type { Struct } from '../protocol/message.ts';
import { intField, structsField, textField } from '../protocol/struct-fields.ts';
import { type Address, ClientConnection } from './client-connection.ts';
import { ApiKey, type ClientProfile } from './client-profile.ts';
import { attemptsMax } from './limits.ts';
import { ConnectionLost, Unplanned } from './workload-error.ts';

/** What a connection is for. Like Java's clients, a group member talks to its coordinator over one of its own. */
export type Purpose = 'data' | 'coordinator';

interface KnownPartition {
  readonly leaderId: number;
  readonly leaderEpoch: number;
}

interface KnownTopic {
  readonly id: string;
  readonly partitions: ReadonlyMap<number, KnownPartition>;
}

const backoffMs = 100;

/** Error codes after which a coordinator is looked for again. */
const coordinatorMoved: ReadonlySet<number> = new Set([14, 15, 16]);

/** One client program: it knows a bootstrap address only and learns everything else from Metadata. */
export class ClusterClient {
  readonly profile: ClientProfile;
  readonly #bootstrap: Address;
  readonly #connections = new Map<string, Promise<ClientConnection>>();
  readonly #brokers = new Map<number, Address>();
  readonly #topics = new Map<string, KnownTopic>();
  readonly #coordinators = new Map<string, number>();
  #closed = false;

  constructor(bootstrap: Address, profile: ClientProfile) {
    this.#bootstrap = bootstrap;
    this.profile = profile;
  }

  get nodeIds(): readonly number[] {
    return [...this.#brokers.keys()];
  }

  /** Asks for Metadata of topics (null: all) and remembers brokers and leaders. */
  async refresh(topicNames: readonly string[] | null): Promise<Struct> {
    const connection = await this.#anyConnection();
    const topics = topicNames?.map((name) => ({ name })) ?? null;
    const answer = await connection.request(ApiKey.metadata, { topics, allowAutoTopicCreation: false });
    for (const broker of structsField(answer, 'brokers')) {
      const address = { host: textField(broker, 'host'), port: intField(broker, 'port', 0) };
      this.#brokers.set(intField(broker, 'nodeId', -1), address);
    }
    for (const topic of structsField(answer, 'topics')) {
      if (intField(topic, 'errorCode', 0) !== 0) continue;
      const partitions = new Map<number, KnownPartition>();
      for (const partition of structsField(topic, 'partitions')) {
        const leaderId = intField(partition, 'leaderId', -1);
        const leaderEpoch = intField(partition, 'leaderEpoch', -1);
        partitions.set(intField(partition, 'partitionIndex', 0), { leaderId, leaderEpoch });
      }
      this.#topics.set(textField(topic, 'name'), { id: textField(topic, 'topicId'), partitions });
    }
    return answer;
  }

  /** The topic as last heard of; asked for when it is unknown. */
  async topic(name: string): Promise<KnownTopic> {
    if (!this.#topics.has(name)) await this.refresh([name]);
    const topic = this.#topics.get(name);
    if (topic === undefined) throw new Unplanned(`the cluster does not know topic ${name}`);
    return topic;
  }

  /** Name of a topic known by id. */
  topicName(id: string): string | null {
    for (const [name, topic] of this.#topics) if (topic.id === id) return name;
    return null;
  }

  async leader(topicName: string, partition: number): Promise<KnownPartition> {
    const known = (await this.topic(topicName)).partitions.get(partition);
    if (known === undefined) throw new Unplanned(`topic ${topicName} has no partition ${partition}`);
    return known;
  }

  /** The connection to a broker for a purpose, made when there is none. */
  async connection(nodeId: number, purpose: Purpose = 'data'): Promise<ClientConnection> {
    if (!this.#brokers.has(nodeId)) await this.refresh([]);
    const address = this.#brokers.get(nodeId);
    if (address === undefined) throw new Unplanned(`the cluster does not know broker ${nodeId}`);
    return this.#open(`${purpose}-${nodeId}`, address);
  }

  async request(nodeId: number, apiKey: number, body: Struct, purpose: Purpose = 'data'): Promise<Struct> {
    const connection = await this.connection(nodeId, purpose);
    return connection.request(apiKey, body);
  }

  /** Who coordinates a group (0) or a transactional id (1); asked for once, and again while nobody is ready. */
  async coordinator(key: string, keyType: 0 | 1): Promise<number> {
    const known = this.#coordinators.get(`${keyType}/${key}`);
    if (known !== undefined) return known;
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      const connection = await this.#anyConnection();
      const several = connection.version(ApiKey.findCoordinator) >= 4;
      const body = several ? { coordinatorKeys: [key], keyType } : { key, keyType };
      const answer = await connection.request(ApiKey.findCoordinator, body);
      const found = several ? structsField(answer, 'coordinators')[0] : answer;
      const errorCode = intField(found ?? {}, 'errorCode', -1);
      if (found !== undefined && errorCode === 0) {
        const nodeId = intField(found, 'nodeId', -1);
        this.#brokers.set(nodeId, { host: textField(found, 'host'), port: intField(found, 'port', 0) });
        this.#coordinators.set(`${keyType}/${key}`, nodeId);
        return nodeId;
      }
      if (!coordinatorMoved.has(errorCode)) throw new Unplanned(`FindCoordinator answered error ${errorCode}`);
      await wait(backoffMs);
    }
    throw new Unplanned(`no coordinator for ${key} after ${attemptsMax} attempts`);
  }

  /** Calls a coordinator until it is one and has loaded; `errorOf` reads the answer's error code. */
  async coordinated(
    key: string,
    keyType: 0 | 1,
    apiKey: number,
    body: Struct,
    errorOf: (answer: Struct) => number,
  ): Promise<Struct> {
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      const answer = await this.request(await this.coordinator(key, keyType), apiKey, body, 'coordinator');
      if (!coordinatorMoved.has(errorOf(answer))) return answer;
      this.#coordinators.delete(`${keyType}/${key}`);
      await wait(backoffMs);
    }
    throw new Unplanned(`the coordinator of ${key} did not get ready`);
  }

  close(): void {
    this.#closed = true;
    for (const opening of this.#connections.values()) {
      opening.then(
        (connection) => connection.close(),
        () => undefined,
      );
    }
  }

  /** A connection to some broker: one that is open, else the bootstrap address. */
  async #anyConnection(): Promise<ClientConnection> {
    for (const opening of this.#connections.values()) {
      const connection = await opening.catch(() => null);
      if (connection !== null && !connection.lost) return connection;
    }
    return this.#open('bootstrap', this.#bootstrap);
  }

  async #open(key: string, address: Address): Promise<ClientConnection> {
    const known = await this.#connections.get(key)?.catch(() => null);
    if (known !== undefined && known !== null && !known.lost) return known;
    if (this.#closed) throw new ConnectionLost('closed by ourselves');
    const opening = ClientConnection.open(address, this.profile);
    this.#connections.set(key, opening);
    const connection = await opening;
    if (this.#closed) connection.close();
    return connection;
  }
}
