// payments-svc: a consume-transform-produce loop in transactions: payments written, offsets of orders.v1 committed with
// them; some transactions are aborted.
import type { Struct } from '../../protocol/message.ts';
import { intField, longField, structsField } from '../../protocol/struct-fields.ts';
import type { Actor, ActorContext } from '../actor.ts';
import { BatchProducer, type TransactionIdentity } from '../batch-producer.ts';
import { ApiKey, javaClient39 } from '../client-profile.ts';
import type { ClusterClient } from '../cluster-client.ts';
import { orderRecord } from '../order-records.ts';
import { ConnectionLost, Unplanned } from '../workload-error.ts';

const topicName = 'payments';
const groupId = 'payments-svc';
const transactionalId = 'payments-tx-1';
const transactionTimeoutMs = 30_000;
const pauseMs = 120;
const abortShare = 0.12;

/** The coordinator forgot or fenced this producer: InitProducerId again. */
const fenced: ReadonlySet<number> = new Set([47, 49, 90]);

export const paymentsService: Actor = { name: 'payments-svc', profile: javaClient39('payments-svc'), run };

async function run({ client, random, pace }: ActorContext): Promise<void> {
  const producer = new BatchProducer(client, { acks: -1, idempotent: true });
  let identity = await begin(client);
  for (let done = 0n; !pace.stopped; done += 1n) {
    const partitions = (await client.topic(topicName)).partitions.size;
    const partition = random.between(0, partitions - 1);
    const records = Array.from({ length: random.between(1, 8) }, () => orderRecord(random, Date.now()));
    await addPartition(client, identity, partition);
    await producer.send(topicName, partition, 'lz4', records, identity);
    await commitOffsets(client, identity, done);
    const errorCode = await end(client, identity, random.next() >= abortShare);
    if (fenced.has(errorCode)) identity = await begin(client);
    else if (errorCode !== 0) throw new Unplanned(`EndTxn answered error ${errorCode}`);
    await pace.pause(pauseMs);
  }
}

async function begin(client: ClusterClient): Promise<TransactionIdentity> {
  const answer = await coordinated(client, ApiKey.initProducerId, { transactionalId, transactionTimeoutMs });
  const errorCode = intField(answer, 'errorCode', -1);
  if (errorCode !== 0) throw new Unplanned(`InitProducerId answered error ${errorCode}`);
  return {
    transactionalId,
    producerId: longField(answer, 'producerId', -1n),
    producerEpoch: intField(answer, 'producerEpoch', -1),
  };
}

async function addPartition(client: ClusterClient, identity: TransactionIdentity, partition: number): Promise<void> {
  const answer = await client.coordinated(
    transactionalId,
    1,
    ApiKey.addPartitionsToTxn,
    {
      v3AndBelowTransactionalId: transactionalId,
      v3AndBelowProducerId: identity.producerId,
      v3AndBelowProducerEpoch: identity.producerEpoch,
      v3AndBelowTopics: [{ name: topicName, partitions: [partition] }],
    },
    partitionError,
  );
  refuse('AddPartitionsToTxn', partitionError(answer));
}

function partitionError(answer: Struct): number {
  const topic = structsField(answer, 'resultsByTopicV3AndBelow')[0] ?? {};
  return intField(structsField(topic, 'resultsByPartition')[0] ?? {}, 'partitionErrorCode', -1);
}

async function commitOffsets(client: ClusterClient, identity: TransactionIdentity, offset: bigint): Promise<void> {
  const { producerId, producerEpoch } = identity;
  const added = await coordinated(client, ApiKey.addOffsetsToTxn, {
    transactionalId,
    producerId,
    producerEpoch,
    groupId,
  });
  refuse('AddOffsetsToTxn', intField(added, 'errorCode', -1));
  const partitions = [{ partitionIndex: 0, committedOffset: offset, committedMetadata: '' }];
  const topics = [{ name: 'orders.v1', partitions }];
  const body = { transactionalId, groupId, producerId, producerEpoch, topics };
  const firstError = (answer: Struct) => {
    const topic = structsField(answer, 'topics')[0] ?? {};
    return intField(structsField(topic, 'partitions')[0] ?? {}, 'errorCode', -1);
  };
  const answer = await client.coordinated(groupId, 0, ApiKey.txnOffsetCommit, body, firstError);
  refuse('TxnOffsetCommit', firstError(answer));
}

async function end(client: ClusterClient, identity: TransactionIdentity, committed: boolean): Promise<number> {
  const { producerId, producerEpoch } = identity;
  const answer = await coordinated(client, ApiKey.endTxn, { transactionalId, producerId, producerEpoch, committed });
  return intField(answer, 'errorCode', -1);
}

/** A fenced producer starts anew, as a supervisor would restart the service; anything else was not planned. */
function refuse(what: string, errorCode: number): void {
  if (errorCode === 0) return;
  if (fenced.has(errorCode)) throw new ConnectionLost(`${what} says that another instance took over`);
  throw new Unplanned(`${what} answered error ${errorCode}`);
}

function coordinated(client: ClusterClient, apiKey: number, body: Struct): Promise<Struct> {
  return client.coordinated(transactionalId, 1, apiKey, body, (answer) => intField(answer, 'errorCode', 0));
}
