import { describe, expect, it } from 'vitest';
import { compileFilter } from '../../../src/filter/compile.ts';
import { apiTerm, bothTerms, cellTerm, fieldTerm, filterString } from '../../../ui/model/filter-term.ts';
import { listColumnNames } from '../../../ui/model/list-columns.ts';
import { flattenTree } from '../../../ui/model/tree.ts';
import { fakeDetail, fakeRow } from '../../support/fake-exchange.ts';

describe('terms from cells', () => {
  it('keep what looks the same', () => {
    expect(Object.fromEntries(listColumnNames.map((name) => [name, cellTerm(fakeRow(4), name)]))).toEqual({
      seq: 'conn == 5',
      time: null,
      client: 'client.id == "orders-svc"',
      broker: 'broker == 2',
      api: 'api == Produce',
      version: 'api == Produce && api.version == 11',
      target: 'topic == "orders.v1"',
      size: 'req.size >= 11900B',
      latency: 'latency >= 812000us',
      result: 'error == NOT_LEADER_OR_FOLLOWER',
    });
  });

  it('say what is missing', () => {
    const row = { ...fakeRow(9), nodeId: null, latencyUs: null };
    expect(cellTerm(row, 'client')).toBe('!client.id');
    expect(cellTerm(row, 'broker')).toBe('broker.address == "127.0.0.1:19092"');
    expect(cellTerm(row, 'api')).toBe('api == 999');
    expect(cellTerm(row, 'latency')).toBe('!paired');
    expect(cellTerm(row, 'result')).toBe('!decoded');
    expect(cellTerm({ ...row, apiKey: null }, 'version')).toBeNull();
    expect(cellTerm(fakeRow(5), 'target')).toBe('group == "billing"');
    expect(cellTerm({ ...fakeRow(5), group: null, transactionalId: 't' }, 'target')).toBe('txn.id == "t"');
  });

  it('tell fates apart', () => {
    expect([12, 6, 3, 7].map((seq) => cellTerm(fakeRow(seq), 'result'))).toEqual([
      'throttle > 0ms',
      'deprecated',
      '!error',
      '!paired',
    ]);
  });
});

describe('terms from fields', () => {
  const terms = new Map(
    flattenTree(fakeDetail(4), new Map([['request header', true]])).map((node) => [node.id, fieldTerm(node)]),
  );

  it('use the paths of the language', () => {
    expect(terms.get('request header.clientId')).toBe('client.id == "orders-svc"');
    expect(terms.get('request header.correlationId')).toBe('corr == 28');
    expect(terms.get('request body.topicData[0].partitionData[0].index')).toBe(
      'req.topicData[*].partitionData[*].index == 3',
    );
    expect(terms.get('response body.throttleTimeMs')).toBe('res.throttleTimeMs == 0');
    expect(terms.get('request body.transactionalId')).toBe('!req.transactionalId');
  });

  it('are none for containers and messages', () => {
    expect([terms.get('request'), terms.get('request body')]).toEqual([null, null]);
  });
});

describe('every proposed term', () => {
  it('is a filter that the language understands', () => {
    const rows = Array.from({ length: 12 }, (_, at) => fakeRow(at + 1)).flatMap((row) => [
      row,
      { ...row, nodeId: null, latencyUs: null },
    ]);
    const cells = rows.flatMap((row) => listColumnNames.map((name) => cellTerm(row, name)));
    const open = new Map([['request header', true]]);
    const fields = Array.from({ length: 12 }, (_, at) => flattenTree(fakeDetail(at + 1), open))
      .flat()
      .map(fieldTerm);
    const proposed = new Set([...cells, ...fields].filter((term) => term !== null));
    expect(proposed.size).toBeGreaterThan(60);
    for (const term of proposed)
      expect(compileFilter(bothTerms('error || held', term)), term).toMatchObject({ ok: true });
  });
});

describe('joining terms', () => {
  it('keeps the meaning of or', () => {
    expect(bothTerms('a || b', 'c')).toBe('(a || b) && c');
    expect(bothTerms('a or b', 'c')).toBe('(a or b) && c');
    expect(bothTerms('error', 'c')).toBe('error && c');
    expect([bothTerms('', 'c'), bothTerms('a', '')]).toEqual(['c', 'a']);
  });

  it('quotes', () => {
    expect(filterString('a"b\\')).toBe('"a\\"b\\\\"');
    expect([apiTerm('Fetch', 1), apiTerm(null, 999)]).toEqual(['api == Fetch', 'api == 999']);
  });
});
