import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileFilter } from '../../src/filter/compile.ts';
import { printFilter } from '../../src/filter/print.ts';
import { connectionOf, errorOf, exchangeOf, startUs, timingOf } from '../metrics/exchange-of.ts';
import { expression, soup } from './arbitrary-expression.ts';
import { contextOf, matches, produceBody } from './matching.ts';

describe('the examples of the language', () => {
  test('api == Produce && latency > 100ms && topic ~ "orders.*" && error', () => {
    const text = 'api == Produce && latency > 100ms && topic ~ "orders.*" && error';
    const slow = { timing: timingOf(812_000), errors: [errorOf(6, 'NOT_LEADER_OR_FOLLOWER')] };
    expect(matches(text, slow)).toBe(true);
    expect(matches(text, { ...slow, timing: timingOf(99_000) })).toBe(false);
    expect(matches(text, { ...slow, topics: ['clicks'] })).toBe(false);
    expect(matches(text, { ...slow, errors: [] })).toBe(false);
    expect(matches(text, { ...slow, apiKey: 1 })).toBe(false);
  });

  test('deprecated && client.software contains "sarama"', () => {
    const text = 'deprecated && client.software contains "sarama"';
    const connection = connectionOf({ software: 'sarama' });
    expect(matches(text, { connection, tags: ['deprecated'] })).toBe(true);
    expect(matches(text, { connection })).toBe(false);
    expect(matches(text, { tags: ['deprecated'] })).toBe(false);
  });

  test('group == "billing" && api in {JoinGroup, SyncGroup, LeaveGroup}', () => {
    const text = 'group == "billing" && api in {JoinGroup, SyncGroup, LeaveGroup}';
    expect(matches(text, { group: 'billing', apiKey: 14 })).toBe(true);
    expect(matches(text, { group: 'billing', apiKey: 12 })).toBe(false);
    expect(matches(text, { group: 'etl', apiKey: 14 })).toBe(false);
  });

  test('time > -5m && (throttle > 0 || error in {THROTTLING_QUOTA_EXCEEDED, 6})', () => {
    const text = 'time > -5m && (throttle > 0 || error in {THROTTLING_QUOTA_EXCEEDED, 6})';
    expect(matches(text, { throttleTimeMs: 1 })).toBe(true);
    expect(matches(text, { errors: [errorOf(89, 'THROTTLING_QUOTA_EXCEEDED')] })).toBe(true);
    expect(matches(text, { errors: [errorOf(6, 'NOT_LEADER_OR_FOLLOWER')] })).toBe(true);
    expect(matches(text)).toBe(false);
    const old = {
      atUs: startUs - 300_000_000,
      lastByteUs: startUs,
      sizeBytes: 1,
      bytes: new Uint8Array(0),
      opaque: null,
    };
    expect(matches(text, { throttleTimeMs: 1, request: old })).toBe(false);
  });

  test('none(partition == 3)', () => {
    expect(matches('none(partition == 3)', {}, { request: produceBody })).toBe(false);
    expect(matches('none(partition == 5)', {}, { request: produceBody })).toBe(true);
  });
});

describe('compile', () => {
  test('an empty filter matches everything', () => {
    const compiled = compileFilter('  ');
    expect(compiled).toMatchObject({ ok: true, canonicalText: '', needsBody: false });
    expect(matches('')).toBe(true);
  });

  test('a refusal is data: sentence and column', () => {
    expect(compileFilter('api == Fetch && latncy > 5ms')).toEqual({
      ok: false,
      message: '"latncy" is no field; did you mean latency?',
      column: 17,
    });
  });

  test('says whether bodies must be decoded', () => {
    const needs = (text: string): boolean => {
      const compiled = compileFilter(text);
      return compiled.ok && compiled.needsBody;
    };
    for (const text of [
      'partition == 3',
      'req.acks == 1',
      '!key',
      'any(req.topics[*].name == "a")',
      'client.id == member',
      'client.id in {member}',
      'error && (held || acks == all)',
    ]) {
      expect([text, needs(text)]).toEqual([text, true]);
    }
    for (const text of [
      'error',
      'topic == "a" && latency > 1s',
      'count(topic) > 1',
      'orders',
      '@marked',
      'size > req.size',
    ]) {
      expect([text, needs(text)]).toEqual([text, false]);
    }
  });

  test('a filter that needs no body never asks for one', () => {
    const compiled = compileFilter('api == Produce && topic ~ /orders/ && !error && latency < 1h && orders');
    if (!compiled.ok) throw new Error(compiled.message);
    const context = {
      ...contextOf(),
      decodedBody: () => {
        throw new Error('asked for a body');
      },
    };
    expect(compiled.matches(exchangeOf(), context)).toBe(true);
  });

  test('the canonical text compiles to the same answers', () => {
    fc.assert(
      fc.property(expression, fc.boolean(), (tree, failed) => {
        const first = compileFilter(printFilter(tree));
        if (!first.ok) {
          // Two lists in one quantifier: the only thing a tree of the generator may be refused for.
          expect(first.message).toContain('runs over one list');
          return;
        }
        const second = compileFilter(first.canonicalText);
        if (!second.ok) throw new Error(second.message);
        expect(second.canonicalText).toBe(first.canonicalText);
        expect(second.needsBody).toBe(first.needsBody);
        const exchange = exchangeOf({
          group: 'orders.v1',
          errors: failed ? [errorOf(6, 'NOT_LEADER_OR_FOLLOWER')] : [],
        });
        const context = contextOf({ request: produceBody, response: { throttleTimeMs: 5 } });
        expect(second.matches(exchange, context)).toBe(first.matches(exchange, context));
      }),
      { numRuns: 500 },
    );
  });

  test('negation is the opposite, for any filter', () => {
    fc.assert(
      fc.property(expression, (tree) => {
        const plain = compileFilter(printFilter(tree));
        const negated = compileFilter(printFilter({ kind: 'not', operand: tree }));
        if (!plain.ok || !negated.ok) return;
        const exchange = exchangeOf();
        const context = contextOf({ request: produceBody });
        expect(negated.matches(exchange, context)).toBe(!plain.matches(exchange, context));
      }),
      { numRuns: 300 },
    );
  });

  test('whatever is typed compiles or is refused inside the text, and then runs', () => {
    fc.assert(
      fc.property(soup, (text) => {
        const compiled = compileFilter(text);
        if (compiled.ok) {
          expect(typeof compiled.matches(exchangeOf(), contextOf({ request: produceBody }))).toBe('boolean');
          return;
        }
        expect(compiled.column).toBeGreaterThanOrEqual(1);
        expect(compiled.column).toBeLessThanOrEqual(text.length + 1);
      }),
      { numRuns: 2000 },
    );
  });
});
