import { expect, it } from 'vitest';
import { BrokerCounters } from '../../src/broker/counters.ts';
import { GroupOffsets } from '../../src/broker/group-offsets.ts';
import { offsetsPerGroupMax } from '../../src/broker/limits.ts';

const at = (offset: bigint) => ({ offset, leaderEpoch: -1, metadata: '' });

it('positions are bounded, counted at the bound, and free again when their topic goes', () => {
  const counters = new BrokerCounters();
  const offsets = new GroupOffsets(counters);
  for (let partition = 0; partition < offsetsPerGroupMax; partition += 1) offsets.commit('a', partition, at(1n));
  expect(offsets.commit('b', 0, at(1n))).toBe(28);
  expect(counters.limitsReached.get('offsetsPerGroupMax')).toBe(1);
  expect(offsets.commit('a', 0, at(2n))).toBe(0);
  offsets.forgetTopic('a');
  expect(offsets.commit('b', 0, at(1n))).toBe(0);
  expect([...offsets.all()].map(([topicName]) => topicName)).toEqual(['b']);
});

it('an aborted transaction leaves no trace', () => {
  const offsets = new GroupOffsets(new BrokerCounters());
  offsets.commit('a', 0, at(1n));
  offsets.commitPending(7n, 'a', 0, at(9n));
  offsets.endTransaction(7n, false);
  expect(offsets.isPending('a', 0)).toBe(false);
  expect(offsets.get('a', 0)?.offset).toBe(1n);
});
