import { describe, expect, it } from 'vitest';
import type { Struct } from '../../src/protocol/message.ts';
import { encodeRecordBatch } from '../../src/records/encode-records.ts';
import { Conversation } from '../support/conversation.ts';
import { driveEngine } from '../support/drive-engine.ts';

const ordersId = 'x1y2z3AAAAAAAAAAAAAAAA';

/** Requests and their answers, one line each: key, version, request, response. */
function talk(...lines: readonly [key: number, version: number, request: Struct, response: Struct][]) {
  const conversation = new Conversation();
  for (const [index, [key, version, request, response]] of lines.entries()) {
    conversation.request(key, version, index, request).response(key, version, index, response);
  }
  return driveEngine(conversation.inputs).exchanges;
}

const heartbeat = [12, 4, { groupId: 'g', memberId: 'm' }, {}] as const;
const markers = (producerId: bigint) =>
  [27, 1, { markers: [{ producerId, producerEpoch: 0, transactionResult: true, topics: [] }] }, {}] as const;

describe('what was learned', () => {
  it('a connection knows the versions its broker offers, and others know nothing of it', () => {
    const offers = { apiKeys: [{ apiKey: 12, minVersion: 0, maxVersion: 4 }] };
    const [, exchange] = talk([18, 3, {}, offers], [...heartbeat]);
    expect(exchange?.connection.offered?.rangeOf(12)).toEqual({ min: 0, max: 4 });
    expect(talk([...heartbeat])[0]?.connection.offered).toBeNull();
  });

  it('error 35 is a fallback and no offer; the repeated request counts', () => {
    const conversation = new Conversation()
      .request(18, 5, 1, { clientSoftwareName: 'a', clientSoftwareVersion: '1' })
      .response(18, 0, 1, { errorCode: 35, apiKeys: [{ apiKey: 18, minVersion: 0, maxVersion: 4 }] })
      .request(3, 1, 2, { topics: null });
    const early = driveEngine(conversation.inputs);
    expect(early.exchanges[0]).toMatchObject({ tags: ['version-fallback'], errors: [{ code: 35 }] });
    expect(early.exchanges[0]?.connection.offered).toBeNull();
    conversation
      .response(3, 1, 2, {})
      .request(18, 4, 3, { clientSoftwareName: 'a', clientSoftwareVersion: '1' })
      .response(18, 4, 3, { apiKeys: [{ apiKey: 3, minVersion: 0, maxVersion: 13 }] });
    const { exchanges } = driveEngine(conversation.inputs);
    expect(exchanges.map((exchange) => exchange.tags)).toEqual([['version-fallback'], [], []]);
    expect(exchanges[2]?.connection.offered?.rangeOf(3)).toEqual({ min: 0, max: 13 });
  });

  it.each([
    ['InitProducerId', [22, 4, { transactionalId: 'payments' }, { producerId: 7n }]],
    ['AddPartitionsToTxn', [24, 3, { v3AndBelowTransactionalId: 'payments', v3AndBelowProducerId: 7n }, {}]],
    ['AddPartitionsToTxn in batches', [24, 4, { transactions: [{ transactionalId: 'payments', producerId: 7n }] }, {}]],
    ['AddOffsetsToTxn', [25, 3, { transactionalId: 'payments', producerId: 7n, groupId: 'g' }, {}]],
    ['EndTxn', [26, 3, { transactionalId: 'payments', producerId: 7n }, {}]],
    ['EndTxn that answers a new id', [26, 5, { transactionalId: 'payments', producerId: 6n }, { producerId: 7n }]],
    ['TxnOffsetCommit', [28, 3, { transactionalId: 'payments', groupId: 'g', producerId: 7n }, {}]],
    ['DescribeTransactions', [65, 0, {}, { transactionStates: [{ transactionalId: 'payments', producerId: 7n }] }]],
    ['ListTransactions', [66, 0, {}, { transactionStates: [{ transactionalId: 'payments', producerId: 7n }] }]],
  ] as [string, [number, number, Struct, Struct]][])('%s teaches whose a producer id is', (_name, line) => {
    const exchanges = talk(line, [...markers(7n)], [...markers(8n)]);
    expect(exchanges.slice(1).map((exchange) => exchange.transactionalId)).toEqual(['payments', null]);
    expect(exchanges[0]?.connection.names.transactionalIdOf(7n)).toBe('payments');
  });

  it('the batches of a transactional Produce teach it too', () => {
    const records = encodeRecordBatch({
      baseOffset: 0n,
      codec: 'none',
      producerId: 7n,
      producerEpoch: 0,
      baseSequence: 0,
      transactional: true,
      records: [{ timestamp: 1n, key: null, value: new Uint8Array(3) }],
    });
    const body = (transactionalId: string | null) => ({
      transactionalId,
      acks: -1,
      timeoutMs: 1,
      topicData: [{ name: 'orders', partitionData: [{ index: 0, records }] }],
    });
    expect(talk([0, 9, body('payments'), {}], [...markers(7n)])[1]?.transactionalId).toBe('payments');
    expect(talk([0, 9, body(null), {}], [...markers(7n)])[1]?.transactionalId).toBeNull();
  });

  it('a failed InitProducerId teaches nothing', () => {
    const exchanges = talk(
      [22, 4, { transactionalId: 'payments' }, { errorCode: 53, producerId: -1n, producerEpoch: -1 }],
      [...markers(-1n)],
    );
    expect(exchanges[1]?.transactionalId).toBeNull();
  });

  it('topic ids learned by one connection name the topics of all, also from the requests of controllers', () => {
    const leaderAndIsr = { topicStates: [{ topicName: 'orders', topicId: ordersId, partitionStates: [] }] };
    const fetch = { maxWaitMs: 1, topics: [{ topicId: ordersId, partitions: [{ partition: 0 }] }] };
    const exchanges = talk([4, 5, leaderAndIsr, {}], [1, 13, { ...fetch, sessionEpoch: -1 }, {}]);
    expect(exchanges[1]?.topics).toEqual(['orders']);
    expect(exchanges[1]?.connection.names.topicOf(ordersId)).toBe('orders');
    expect(exchanges[1]?.connection.names.topicOf('n1n2n3AAAAAAAAAAAAAAAA')).toBeNull();
  });
});
