import { describe, expect, test } from 'vitest';
import { connectionOf, errorOf, messageOf, startUs, timingOf } from '../metrics/exchange-of.ts';
import { matches, matching, produceBody } from './matching.ts';

describe('presence', () => {
  test('a quantity of 0 is nothing, an id of 0 is something', () => {
    const zero = { throttleTimeMs: 0, timing: timingOf(0), apiKey: 0, apiVersion: 0, correlationId: 0 };
    expect(matching(['throttle', 'latency', 'wait', 'api', 'api.version', 'corr'], zero)).toEqual([
      'api',
      'api.version',
      'corr',
    ]);
    expect(matching(['throttle', 'latency', 'wait'], { throttleTimeMs: 3, timing: timingOf(1, 0, 1) })).toEqual([
      'throttle',
      'latency',
      'wait',
    ]);
  });

  test('false, empty and missing are nothing', () => {
    const bare = { clientId: '', group: null, topics: [], errors: [], records: null };
    expect(matching(['client.id', 'group', 'topic', 'error', 'records', 'tls', 'held', 'codec'], bare)).toEqual([]);
    const full = { clientId: 'a', group: 'g', errors: [errorOf(6, 'X')], tags: ['held'] };
    expect(matching(['client.id', 'group', 'topic', 'error', 'records', 'held', 'codec'], full)).toHaveLength(7);
  });

  test('schema paths: there and not zero, false or empty', () => {
    const bodies = { request: { ...produceBody, timeoutMs: 0, validateOnly: false, groupId: '', topics: [] } };
    const paths = [
      'req.acks',
      'req.topicData[*].name',
      'req.timeoutMs',
      'req.validateOnly',
      'req.groupId',
      'req.topics',
      'req.memberId',
    ];
    expect(matching(paths, {}, bodies)).toEqual(['req.acks', 'req.topicData[*].name']);
    expect(matches('req.acks', {}, {})).toBe(false);
  });
});

describe('comparison', () => {
  test('enums by name, number and text', () => {
    const exchange = { errors: [errorOf(6, 'NOT_LEADER_OR_FOLLOWER')] };
    const texts = [
      'error == 6',
      'error == not_leader_or_follower',
      'error ~ /^NOT_/',
      'error contains "LEADER"',
      'api == 0',
      'api endswith "duce"',
      'error != 7',
      'error.code > 5',
    ];
    expect(matching(texts, exchange)).toEqual(texts);
  });

  test('units mean the same whatever they are', () => {
    const exchange = { timing: timingOf(1_500_000), request: messageOf(1024), response: null };
    const texts = [
      'latency == 1.5s',
      'latency == 1500ms',
      'latency == 1500000us',
      'latency < 0.1m',
      'req.size == 1KiB',
      'size == 1024B',
      'size > 1KB',
    ];
    expect(matching(texts, exchange)).toEqual(texts);
  });

  test('int64 beyond doubles compare exactly', () => {
    const body = { request: { producerId: 9_007_199_254_740_993n } };
    expect(matches('producer.id == 9007199254740993', {}, body)).toBe(true);
    expect(matches('producer.id == 9007199254740992', {}, body)).toBe(false);
    expect(matches('req.producerId > 9007199254740992', {}, body)).toBe(true);
    expect(matches('req.producerId == 9007199254740993', {}, body)).toBe(true);
  });

  test('durations on schema fields that count milliseconds', () => {
    const body = { request: produceBody };
    expect(
      matching(
        ['req.timeoutMs == 30s', 'req.timeoutMs == 30000', 'req.timeoutMs < 1m', 'req.timeoutMs > 1m'],
        {},
        body,
      ),
    ).toEqual(['req.timeoutMs == 30s', 'req.timeoutMs == 30000', 'req.timeoutMs < 1m']);
  });

  test('a path compares numbers with numbers and texts with texts', () => {
    const body = { request: { groupId: '7', sessionTimeoutMs: 7 } };
    expect(
      matching(
        [
          'req.groupId > 3',
          'req.groupId == 7',
          'req.groupId == "7"',
          'req.sessionTimeoutMs == "7"',
          'req.groupId ~ "7"',
        ],
        {},
        body,
      ),
    ).toEqual(['req.groupId == "7"', 'req.groupId ~ "7"']);
  });

  test('field with field, over one or many values', () => {
    const connection = connectionOf({ principal: 'billing' });
    expect(matches('client.id == principal', { clientId: 'billing', connection })).toBe(true);
    expect(matches('client.id == principal', { clientId: 'billing' })).toBe(false);
    expect(matches('client.id == topic', { clientId: 'b', topics: ['a', 'b'] })).toBe(true);
    expect(matches('topic != client.id', { clientId: 'b', topics: ['a', 'b'] })).toBe(false);
    expect(matches('throttle > latency', { throttleTimeMs: 5 })).toBe(true);
    expect(matches('req.size < res.size')).toBe(false);
    const bodies = { request: { timeoutMs: 100 }, response: { throttleTimeMs: 200 } };
    expect(matches('res.throttleTimeMs > req.timeoutMs', {}, bodies)).toBe(true);
  });
});

describe('time', () => {
  const at = (atUs: number): { request: ReturnType<typeof messageOf> } => ({ request: messageOf(1, { atUs }) });

  test('a minute is equal to all its moments, greater means after it', () => {
    // 22:13:20 UTC
    const exchange = at(startUs);
    const texts = ['==', '!=', '<', '<=', '>', '>='].map((code) => `time ${code} 2023-11-14T22:13Z`);
    expect(matching(texts, exchange)).toEqual([texts[0], texts[3], texts[5]]);
    const next = ['==', '!=', '<', '<=', '>', '>='].map((code) => `time ${code} 2023-11-14T22:12Z`);
    expect(matching(next, exchange)).toEqual([next[1], next[4], next[5]]);
  });

  test('ranges include their last minute', () => {
    expect(matches('time in {2023-11-14T22:00Z..2023-11-14T22:13Z}', at(startUs))).toBe(true);
    expect(matches('time in {2023-11-14T22:00Z..2023-11-14T22:12Z}', at(startUs))).toBe(false);
    expect(matches('time in {-5m..-500ms}', at(startUs))).toBe(true);
    expect(matches('time not in {-5m..-2s}', at(startUs))).toBe(true);
  });
});
