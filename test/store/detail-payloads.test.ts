import { describe, expect, it } from 'vitest';
import { topicNamesById } from '../../src/store/detail-payloads.ts';

describe('topicNamesById', () => {
  const spans = ['InXyV6rsRRePn1nARiDpLg', 'AAAAAAAAAAAAAAAAAAAAAA', 'BBBBBBBBBBBBBBBBBBBBBA'].map((value, index) => ({
    name: 'topicId',
    path: `body.topics[${index}].topicId`,
    type: 'UUID',
    value,
    note: null,
    start: 0,
    end: 16,
    children: [],
  }));

  it('lays names beside ids where there are as many', () => {
    const names = topicNamesById(['orders', 'pay'], [[], spans]);
    expect([...names]).toEqual([
      ['InXyV6rsRRePn1nARiDpLg', 'orders'],
      ['BBBBBBBBBBBBBBBBBBBBBA', 'pay'],
    ]);
    expect(topicNamesById(['orders'], [spans]).size).toBe(0);
    expect(topicNamesById([], []).size).toBe(0);
  });
});
