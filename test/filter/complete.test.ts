import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileFilter } from '../../src/filter/compile.ts';
import { candidatesMax, completeFilter } from '../../src/filter/complete.ts';
import { soup } from './arbitrary-expression.ts';

/** Candidates at the `|` of a text. */
function at(marked: string): { texts: string[]; valueOf: string | null; from: number; to: number } {
  const cursor = marked.indexOf('|');
  const { candidates, ...rest } = completeFilter(marked.replace('|', ''), cursor);
  return { texts: candidates.map((candidate) => candidate.text), ...rest };
}

describe('completion', () => {
  test('fields, best first', () => {
    const { texts, from, to } = at('api == Fetch && lat|');
    expect(texts).toEqual(['latency', 'latency.broker', 'latency.queued']);
    expect([from, to]).toEqual([16, 19]);
    expect(at('!par|').texts[0]).toBe('partition');
    expect(at('|').texts).toContain('api');
    expect(at('@|').texts).toEqual(['@marked']);
    expect(at('cou|').texts).toContain('count(');
  });

  test('schema names after req. and res.', () => {
    expect(at('req.topicDa|').texts).toEqual(['req.topicData']);
    expect(at('res.responses[*].partitionRespo|').texts).toEqual(['res.responses[*].partitionResponses']);
    expect(at('req.si|').texts[0]).toBe('req.size');
  });

  test('operators after a field', () => {
    expect(at('latency |').texts).toEqual(expect.arrayContaining(['==', '>', '~', 'contains', 'in {', '&&']));
    expect(at('topic con|').texts).toEqual(['contains']);
  });

  test('values after an operator, and whose they are', () => {
    expect(at('api == Join|')).toMatchObject({ texts: ['JoinGroup'], valueOf: 'api' });
    expect(at('error == NOT_LEA|').texts).toEqual(['NOT_LEADER_OR_FOLLOWER']);
    expect(at('api in {Fetch, Prod|').texts).toContain('Produce');
    expect(at('api not in {|').valueOf).toBe('api');
    expect(at('client.id == |')).toMatchObject({ texts: [], valueOf: 'client.id' });
    expect(at('latency > |').texts).toContain('100ms');
    expect(at('tls == |').texts).toEqual(['true', 'false']);
    expect(at('time > |').texts).toContain('-5m');
    expect(at('api in {Fetch} && |').valueOf).toBeNull();
  });

  test('nothing inside a string', () => {
    expect(at('topic == "ord|').valueOf).toBeNull();
  });

  test('any text and cursor: bounded, inside the text, never an exception', () => {
    fc.assert(
      fc.property(soup, fc.integer({ min: -3, max: 60 }), (text, cursor) => {
        const { from, to, candidates } = completeFilter(text, cursor);
        expect(candidates.length).toBeLessThanOrEqual(candidatesMax);
        expect(from).toBeGreaterThanOrEqual(0);
        expect(to).toBeGreaterThanOrEqual(from);
        expect(to).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 1000 },
    );
  });

  test('every field it proposes is one', () => {
    for (const candidate of completeFilter('', 0).candidates) {
      if (candidate.kind === 'field')
        expect([candidate.text, compileFilter(candidate.text).ok]).toEqual([candidate.text, true]);
    }
  });
});
