import { expect, it } from 'vitest';
import { LimitCounter } from '../../src/capture/limits.ts';
import { NotKafkaTally } from '../../src/capture/not-kafka-tally.ts';

it('sums connections by endpoint and keeps the first thing that could be named', () => {
  const tally = new NotKafkaTally(10, new LimitCounter());
  tally.add('a:1', 5, 'unknown');
  tally.add('b:2', 7, 'ssh');
  tally.add('a:1', 5, 'tls-handshake');
  tally.add('a:1', 0, 'http-request');
  expect(tally.list()).toEqual([
    { endpoint: 'a:1', connections: 3, bytes: 10, looksLike: 'tls-handshake' },
    { endpoint: 'b:2', connections: 1, bytes: 7, looksLike: 'ssh' },
  ]);
  expect(tally.connections).toBe(4);
});

it('lists the largest when there are more endpoints than it may list, but counts all', () => {
  const tally = new NotKafkaTally(2, new LimitCounter());
  for (let port = 1; port <= 9; port += 1) tally.add(`a:${port}`, port === 4 ? 100 : port, 'unknown');
  expect(tally.list().map((entry) => entry.endpoint)).toEqual(['a:4', 'a:9']);
  expect(tally.connections).toBe(9);
});

it('takes an endpoint back that proved to be Kafka', () => {
  const tally = new NotKafkaTally(2, new LimitCounter());
  tally.add('a:1', 5, 'unknown');
  tally.add('a:1', 5, 'unknown');
  tally.remove('a:1');
  tally.remove('b:1');
  expect([tally.list(), tally.connections]).toEqual([[], 0]);
});
