import { describe, expect, it } from 'vitest';
import type { Exchange } from '../../src/exchange/exchange.ts';
import { Topics, topicsMax } from '../../src/insight/topics.ts';
import { exchangeFixture } from '../support/exchange-fixture.ts';

const records = (count: number) => ({
  count,
  batches: 1,
  bytes: count * 10,
  uncompressedBytes: null,
  codecs: ['none'],
});
const errors = [{ code: 3, name: 'E', path: '', message: null }];

function completed(changes: Partial<Exchange>) {
  return { kind: 'completed' as const, exchange: exchangeFixture(1, { status: 'answered', ...changes }) };
}

describe('Topics', () => {
  it('tells who writes and who reads', () => {
    const topics = new Topics();
    topics.take(completed({ apiKey: 0, topics: ['t'], topicCount: 1, records: records(3), clientId: 'writer' }));
    topics.take(completed({ apiKey: 1, topics: ['t'], topicCount: 1, records: records(2), clientId: 'reader' }));
    topics.take(completed({ apiKey: 3, topics: ['t'], topicCount: 1, errors }));
    expect(topics.list()).toMatchObject([
      {
        topic: 't',
        produced: { requests: 1, records: 3, bytes: 30, shared: 0, clients: ['writer'] },
        fetched: { requests: 1, records: 2, bytes: 20, clients: ['reader'] },
        errors: 1,
      },
    ]);
  });

  it('does not guess how several topics share the records of one exchange', () => {
    const topics = new Topics();
    topics.take(completed({ apiKey: 0, topics: ['a', 'b'], topicCount: 2, records: records(9) }));
    expect(topics.list()).toHaveLength(2);
    for (const row of topics.list()) expect(row.produced).toMatchObject({ requests: 1, records: 0, shared: 1 });
  });

  it('is bounded', () => {
    const topics = new Topics();
    for (let name = 0; name < topicsMax + 5; name += 1) {
      topics.take(completed({ apiKey: 0, topics: [`t${name}`], topicCount: 1 }));
    }
    expect(topics.list()).toHaveLength(topicsMax + 1);
    expect(topics.list().find(({ topic }) => topic === '(other topics)')?.produced.requests).toBe(5);
  });
});
