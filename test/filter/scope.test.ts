import { describe, expect, test } from 'vitest';
import { refOf } from '../../src/filter/field-ref.ts';
import { parseSchemaPath } from '../../src/filter/schema-path.ts';
import { pathPresent, pathStart, type Scope, sourceOf } from '../../src/filter/scope.ts';
import { exchangeOf } from '../metrics/exchange-of.ts';
import { contextOf, produceBody } from './matching.ts';

const scope = (bound: unknown[] = []): Scope => ({ context: contextOf({ request: produceBody }), bound });

describe('sources', () => {
  test('one value, many values, values at a path', () => {
    const exchange = exchangeOf({ topics: ['a', 'b'] });
    const single = sourceOf(refOf('client.id', 1), []);
    expect(single.kind === 'one' && single.get(exchange, scope())).toBe('orders-svc');
    const many = sourceOf(refOf('topic', 1), []);
    expect(many.kind === 'many' && many.values(exchange, scope())).toEqual(['a', 'b']);
    const path = sourceOf(refOf('req.topicData[*].partitionData[*].index', 1), []);
    expect(path.kind === 'many' && path.values(exchange, scope())).toEqual([3, 4, 3]);
  });

  test('inside a quantifier a path begins at the element', () => {
    const binding = { kind: 'path', path: parseSchemaPath('req.topicData[*]', 1) } as const;
    const path = sourceOf(refOf('req.topicData[*].partitionData[*].index', 1), [binding]);
    const element = { name: 'x', partitionData: [{ index: 9 }] };
    expect(path.kind === 'many' && path.values(exchangeOf(), scope([element]))).toEqual([9]);
  });

  test('structs are no values, bytes are text', () => {
    const context = contextOf({
      request: { topicData: [{ name: 'a' }], authBytes: new Uint8Array(Buffer.from('token')) },
    });
    const values = (text: string): unknown => {
      const source = sourceOf(refOf(text, 1), []);
      return source.kind === 'many' ? source.values(exchangeOf(), { context, bound: [] }) : null;
    };
    expect(values('req.topicData[*]')).toEqual([]);
    expect(values('req.authBytes')).toEqual(['token']);
  });

  test('a path is present when something is there, a struct too', () => {
    const body = {
      topicData: [{ partitionData: [] }],
      acks: 0,
      timeoutMs: 1n,
      groupId: '',
      authBytes: new Uint8Array(0),
    };
    const context = contextOf({ request: body });
    const present = (text: string): boolean =>
      pathPresent(parseSchemaPath(text, 1), [])(exchangeOf(), { context, bound: [] });
    expect(['req.topicData', 'req.topicData[*]', 'req.topicData[0]', 'req.timeoutMs'].every(present)).toBe(true);
    expect(
      ['req.topicData[1]', 'req.topicData[*].partitionData', 'req.acks', 'req.groupId', 'req.authBytes'].some(present),
    ).toBe(false);
  });

  test('the innermost quantifier that a path runs through', () => {
    const topics = { kind: 'path', path: parseSchemaPath('req.topicData[*]', 1) } as const;
    const partitions = { kind: 'path', path: parseSchemaPath('req.topicData[*].partitionData[*]', 1) } as const;
    const path = parseSchemaPath('req.topicData[*].partitionData[*].index', 1);
    expect(pathStart(path, [topics, partitions])).toEqual({ depth: 1, from: 4 });
    expect(pathStart(path, [topics])).toEqual({ depth: 0, from: 2 });
    expect(pathStart(parseSchemaPath('res.topics[*].name', 1), [topics])).toEqual({ depth: -1, from: 0 });
  });
});
