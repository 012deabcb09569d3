// AddPartitionsToTxn, v0-5. v2 knows PRODUCER_FENCED; v4 several transactions, sent by brokers, with verifyOnly
// (KIP-890).
import type { Struct } from '../../protocol/message.ts';
import { booleanField, intField, intsField, longField, structsField, textField } from '../../protocol/struct-fields.ts';
import type { ApiHandler, RequestContext } from '../api-handler.ts';
import { ErrorCode } from '../error-code.ts';
import { fencedErrorCode } from '../transaction-errors.ts';

export const addPartitionsToTxn: ApiHandler = { apiKey: 24, minVersion: 0, maxVersion: 5, handle };

interface Claim {
  readonly transactionalId: string;
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly verifyOnly: boolean;
}

function handle(request: Struct, context: RequestContext): Struct {
  if (context.apiVersion < 4) {
    const claim = {
      transactionalId: textField(request, 'v3AndBelowTransactionalId'),
      producerId: longField(request, 'v3AndBelowProducerId', -1n),
      producerEpoch: intField(request, 'v3AndBelowProducerEpoch', -1),
      verifyOnly: false,
    };
    const resultsByTopicV3AndBelow = add(claim, structsField(request, 'v3AndBelowTopics'), context);
    return { throttleTimeMs: 0, resultsByTopicV3AndBelow };
  }
  const resultsByTransaction = structsField(request, 'transactions').map((transaction) => {
    const claim = {
      transactionalId: textField(transaction, 'transactionalId'),
      producerId: longField(transaction, 'producerId', -1n),
      producerEpoch: intField(transaction, 'producerEpoch', -1),
      verifyOnly: booleanField(transaction, 'verifyOnly', false),
    };
    const topicResults = add(claim, structsField(transaction, 'topics'), context);
    return { transactionalId: claim.transactionalId, topicResults };
  });
  return { throttleTimeMs: 0, errorCode: ErrorCode.none, resultsByTransaction };
}

/** All or nothing: when one partition does not exist, the others are not attempted (error 55). */
function add(claim: Claim, topics: readonly Struct[], context: RequestContext): Struct[] {
  const { cluster } = context;
  const { transactionalId } = claim;
  const coordinatorError = cluster.coordinatorError(transactionalId, context.nodeId);
  const claimError =
    coordinatorError === ErrorCode.none
      ? cluster.transactions.check(transactionalId, claim.producerId, claim.producerEpoch)
      : coordinatorError;
  const everyExists = topics.every((topic) =>
    intsField(topic, 'partitions').every(
      (partition) => cluster.topics.partition(textField(topic, 'name'), partition) !== null,
    ),
  );
  return topics.map((topic) => {
    const name = textField(topic, 'name');
    const resultsByPartition = intsField(topic, 'partitions').map((partitionIndex) => {
      const exists = cluster.topics.partition(name, partitionIndex) !== null;
      let partitionErrorCode: number = fencedErrorCode(claimError, context.apiVersion);
      if (partitionErrorCode === ErrorCode.none && !exists) partitionErrorCode = ErrorCode.unknownTopicOrPartition;
      else if (partitionErrorCode === ErrorCode.none && !everyExists) partitionErrorCode = operationNotAttempted;
      else if (partitionErrorCode === ErrorCode.none && claim.verifyOnly) {
        const member = cluster.transactions.hasPartition(transactionalId, name, partitionIndex);
        partitionErrorCode = member ? ErrorCode.none : ErrorCode.invalidTxnState;
      } else if (partitionErrorCode === ErrorCode.none) {
        cluster.transactions.addPartition(transactionalId, name, partitionIndex);
      }
      return { partitionIndex, partitionErrorCode };
    });
    return { name, resultsByPartition };
  });
}

const operationNotAttempted = 55;
