import { setTimeout as wait } from 'node:timers/promises';
import type { Struct } from '../protocol/message.ts';
import { intField, longField, structsField } from '../protocol/struct-fields.ts';
import { encodeMessageSet, encodeRecordBatch } from '../records/encode-records.ts';
import type { Codec } from '../records/record-batch.ts';
import { ApiKey } from './client-profile.ts';
import type { ClusterClient } from './cluster-client.ts';
import { attemptsMax } from './limits.ts';
import type { DemoRecord } from './order-records.ts';
import { Unplanned } from './workload-error.ts';

/** Error codes after which a producer asks for Metadata and tries again. */
const staleLeader: ReadonlySet<number> = new Set([3, 5, 6, 74, 75, 100]);

/** Error codes after which an idempotent producer needs a new id. */
const lostIdentity: ReadonlySet<number> = new Set([45, 47, 59]);

const backoffMs = 60;
const produceTimeoutMs = 30_000;

export interface ProducerSettings {
  readonly acks: -1 | 0 | 1;
  readonly idempotent: boolean;
}

/** A transaction's identity, for producers that have one. */
export interface TransactionIdentity {
  readonly transactionalId: string;
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

/** Writes batches to partition leaders: with sequence numbers where asked, and again after a leader moved. */
export class BatchProducer {
  readonly #client: ClusterClient;
  readonly #settings: ProducerSettings;
  #producerId = -1n;
  #producerEpoch = -1;
  readonly #sequences = new Map<string, number>();

  constructor(client: ClusterClient, settings: ProducerSettings) {
    this.#client = client;
    this.#settings = settings;
  }

  /** Writes one batch; inside a transaction its identity replaces the producer's own. */
  async send(
    topicName: string,
    partition: number,
    codec: Codec,
    records: readonly DemoRecord[],
    transaction?: TransactionIdentity,
  ): Promise<void> {
    if (transaction !== undefined) this.#adopt(transaction);
    else if (this.#settings.idempotent && this.#producerId < 0n) await this.#identify();
    const key = `${topicName}/${partition}`;
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      const sequence = this.#producerId < 0n ? -1 : (this.#sequences.get(key) ?? 0);
      const batch = { codec, records, sequence, transactional: transaction !== undefined };
      const errorCode = await this.#produce(topicName, partition, batch, transaction?.transactionalId ?? null);
      if (errorCode === 0) {
        if (sequence >= 0) this.#sequences.set(key, sequence + records.length);
        return;
      }
      if (lostIdentity.has(errorCode) && transaction === undefined) await this.#identify();
      else if (!staleLeader.has(errorCode)) throw new Unplanned(`Produce to ${key} answered error ${errorCode}`);
      await wait(backoffMs);
      await this.#client.refresh([topicName]);
    }
    throw new Unplanned(`Produce to ${key} failed ${attemptsMax} times`);
  }

  async #produce(
    topicName: string,
    partition: number,
    batch: {
      readonly codec: Codec;
      readonly records: readonly DemoRecord[];
      readonly sequence: number;
      readonly transactional: boolean;
    },
    transactionalId: string | null,
  ): Promise<number> {
    const { leaderId } = await this.#client.leader(topicName, partition);
    const topic = await this.#client.topic(topicName);
    const connection = await this.#client.connection(leaderId);
    const legacy = connection.version(ApiKey.produce) < 3;
    const records = legacy
      ? encodeMessageSet({ magic: 1, baseOffset: 0n, codec: legacyCodec(batch.codec), records: batch.records })
      : encodeRecordBatch({
          baseOffset: 0n,
          codec: batch.codec,
          records: batch.records,
          producerId: this.#producerId,
          producerEpoch: this.#producerEpoch,
          baseSequence: batch.sequence,
          transactional: batch.transactional,
        });
    const body: Struct = {
      transactionalId,
      acks: this.#settings.acks,
      timeoutMs: produceTimeoutMs,
      topicData: [{ name: topicName, topicId: topic.id, partitionData: [{ index: partition, records }] }],
    };
    if (this.#settings.acks === 0) {
      connection.sendUnanswered(ApiKey.produce, body);
      return 0;
    }
    const answer = await connection.request(ApiKey.produce, body);
    const answered = structsField(answer, 'responses')[0] ?? {};
    return intField(structsField(answered, 'partitionResponses')[0] ?? {}, 'errorCode', -1);
  }

  async #identify(): Promise<void> {
    if (this.#client.nodeIds.length === 0) await this.#client.refresh([]);
    const nodeId = this.#client.nodeIds[0] ?? 1;
    const answer = await this.#client.request(nodeId, ApiKey.initProducerId, {
      transactionalId: null,
      transactionTimeoutMs: 0x7fffffff,
    });
    const errorCode = intField(answer, 'errorCode', -1);
    if (errorCode !== 0) throw new Unplanned(`InitProducerId answered error ${errorCode}`);
    this.#producerId = longField(answer, 'producerId', -1n);
    this.#producerEpoch = intField(answer, 'producerEpoch', -1);
    this.#sequences.clear();
  }

  #adopt(transaction: TransactionIdentity): void {
    const same = transaction.producerId === this.#producerId && transaction.producerEpoch === this.#producerEpoch;
    if (same) return;
    this.#producerId = transaction.producerId;
    this.#producerEpoch = transaction.producerEpoch;
    this.#sequences.clear();
  }
}

/** zstd does not exist in message sets. */
function legacyCodec(codec: Codec): Exclude<Codec, 'zstd'> {
  return codec === 'zstd' ? 'gzip' : codec;
}
