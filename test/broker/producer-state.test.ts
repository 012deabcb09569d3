import { describe, expect, it } from 'vitest';
import { type BatchHeader, readBatchHeader } from '../../src/broker/batch-header.ts';
import { producersPerPartitionMax } from '../../src/broker/limits.ts';
import { ProducerState } from '../../src/broker/producer-state.ts';
import { batchOf } from './dialogue.ts';

function header(baseSequence: number, count = 1, producerEpoch = 0, producerId = 1n): BatchHeader {
  const read = readBatchHeader(batchOf(Array(count).fill('x'), { producerId, producerEpoch, baseSequence }));
  if (read === null) throw new Error('no batch');
  return read;
}

describe('the producers of a partition', () => {
  it('take the next sequence, know the last five batches, and refuse a gap', () => {
    const state = new ProducerState();
    for (let index = 0; index < 7; index += 1) {
      expect(state.judge(header(index * 2, 2))).toEqual({ kind: 'next' });
      state.stored(header(index * 2, 2), BigInt(index * 2));
    }
    expect(state.judge(header(12, 2))).toEqual({ kind: 'duplicate', baseOffset: 12n });
    expect(state.judge(header(4, 2))).toEqual({ kind: 'duplicate', baseOffset: 4n });
    expect(state.judge(header(2, 2))).toEqual({ kind: 'refused', errorCode: 45 });
    expect(state.judge(header(16, 2))).toEqual({ kind: 'refused', errorCode: 45 });
  });

  it('let an unknown producer begin anywhere, and a new epoch only at 0', () => {
    const state = new ProducerState();
    expect(state.judge(header(33))).toEqual({ kind: 'next' });
    state.stored(header(33), 0n);
    expect(state.judge(header(5, 1, 1))).toEqual({ kind: 'refused', errorCode: 45 });
    expect(state.judge(header(0, 1, 1))).toEqual({ kind: 'next' });
    state.marked(1n, 2);
    expect(state.judge(header(34))).toEqual({ kind: 'refused', errorCode: 47 });
  });

  it('wrap from the largest sequence to 0', () => {
    const state = new ProducerState();
    state.stored(header(2 ** 31 - 1), 0n);
    expect(state.judge(header(0))).toEqual({ kind: 'next' });
  });

  it('are forgotten beyond a bound, the longest silent first', () => {
    const state = new ProducerState();
    for (let id = 0; id <= producersPerPartitionMax; id += 1) state.stored(header(9, 1, 0, BigInt(id)), 0n);
    // Producer 0 is unknown now, so it may begin anywhere; producer 1 still has to continue.
    expect(state.judge(header(50, 1, 0, 0n)).kind).toBe('next');
    expect(state.judge(header(50, 1, 0, 1n)).kind).toBe('refused');
  });
});
