import { expect, it } from 'vitest';
import { decodeAssignment, encodeAssignment, encodeSubscription } from '../../src/workload/consumer-protocol.ts';

it('an assignment reads back, also one without topics or without bytes', () => {
  const assigned = [
    { topicName: 'orders.v1', partitions: [0, 2, 5] },
    { topicName: 'payments', partitions: [] },
  ];
  expect(decodeAssignment(encodeAssignment(assigned))).toEqual(assigned);
  expect(decodeAssignment(encodeAssignment([]))).toEqual([]);
  expect(decodeAssignment(new Uint8Array(0))).toEqual([]);
});

it('a subscription has the bytes of ConsumerProtocolSubscription v1', () => {
  const bytes = Buffer.from(encodeSubscription(['ab'], [{ topicName: 'ab', partitions: [7] }])).toString('hex');
  const version = '0001';
  const topics = '00000001' + '0002' + '6162';
  const noUserData = 'ffffffff';
  const owned = '00000001' + '0002' + '6162' + '00000001' + '00000007';
  expect(bytes).toBe(version + topics + noUserData + owned);
});
