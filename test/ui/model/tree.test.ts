import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FieldSpan } from '../../../src/protocol/field-span.ts';
import {
  ancestorIds,
  flattenTree,
  innermostSpan,
  isContainer,
  messageOf,
  nodeId,
  nodeIndex,
  payloadRanges,
  sideOf,
  spanAt,
} from '../../../ui/model/tree.ts';
import { fakeDetail } from '../../support/fake-exchange.ts';
import { SpanWriter } from '../../support/span-writer.ts';

const produce = fakeDetail(4);

function everySpan(spans: readonly FieldSpan[]): FieldSpan[] {
  return spans.flatMap((span) => [span, ...everySpan(span.children)]);
}

describe('the decoded tree', () => {
  it('shows both messages, the header closed, the body open', () => {
    const names = flattenTree(produce, new Map()).map(
      (node) => `${'  '.repeat(node.depth)}${node.span?.name ?? node.side}`,
    );
    expect(names.slice(0, 9)).toEqual([
      'request',
      '  header',
      '  body',
      '    transactionalId',
      '    acks',
      '    timeoutMs',
      '    topicData',
      '      [0]',
      '        name',
    ]);
    expect(names).toContain('response');
  });

  it('opens and closes what a person chose', () => {
    const closed = flattenTree(produce, new Map([['request', false]]));
    expect(closed[1]?.id).toBe('response');
    const opened = flattenTree(produce, new Map([['request header', true]]));
    expect(opened.map((node) => node.id)).toContain('request header.clientId');
  });

  it('opens only the first of many elements', () => {
    const writer = new SpanWriter();
    writer.struct('body', () => writer.array('topics', 30, (at) => writer.int('index', 4, at)));
    const request = messageOf(produce, 'request');
    if (request === null) throw new Error('the fake request is missing');
    const nodes = flattenTree({ ...produce, request: { ...request, spans: writer.spans }, response: null }, new Map());
    expect(nodes.filter((node) => node.span?.name.startsWith('[') === true && node.expanded)).toHaveLength(1);
  });

  it('finds the innermost field of every byte, and its node again', () => {
    const request = messageOf(produce, 'request');
    const spans = request?.spans ?? [];
    const leaves = everySpan(spans).filter((span) => !isContainer(span) && span.end > span.start);
    fc.assert(
      fc.property(fc.constantFrom(...leaves), fc.nat(), (leaf, step) => {
        const byte = leaf.start + (step % (leaf.end - leaf.start));
        expect(innermostSpan(spans, byte)).toBe(leaf);
        expect(spanAt(request, nodeId('request', leaf.path))).toBe(leaf);
      }),
    );
    expect(innermostSpan(spans, 100_000)).toBeNull();
  });

  it('falls back to the nearest visible ancestor', () => {
    const nodes = flattenTree(produce, new Map([['request body.topicData', false]]));
    const at = nodeIndex(nodes, 'request body.topicData[0].partitionData[0].index');
    expect(nodes[at]?.id).toBe('request body.topicData');
    expect(nodeIndex(nodes, 'response nothing.here')).toBe(nodes.findIndex((node) => node.id === 'response'));
  });

  it('names ancestors from the outside in', () => {
    expect(ancestorIds(produce.request, 'request body.topicData[0].name')).toEqual([
      'request',
      'request body',
      'request body.topicData',
      'request body.topicData[0]',
    ]);
    expect([ancestorIds(produce.request, 'request'), ancestorIds(null, 'request body')]).toEqual([[], []]);
    expect([sideOf('response body'), sideOf('request'), sideOf('response')]).toEqual([
      'response',
      'request',
      'response',
    ]);
  });

  it('finds tagged fields, whose path skips the branch they stand in', () => {
    const leaf = {
      name: 'nodeId',
      path: 'body.nodeEndpoints[0].nodeId',
      type: 'INT32',
      value: 1,
      note: null,
      start: 4,
      end: 8,
      children: [],
    };
    const tagged = {
      ...leaf,
      name: 'taggedFields',
      path: 'body.taggedFields',
      type: 'TAGGED',
      value: undefined,
      children: [leaf],
    };
    const body = { ...tagged, name: 'body', path: 'body', type: 'STRUCT', children: [tagged] };
    const message = produce.response === null ? null : { ...produce.response, spans: [body] };
    expect(spanAt(message, 'response body.nodeEndpoints[0].nodeId')).toBe(leaf);
    expect(ancestorIds(message, 'response body.nodeEndpoints[0].nodeId')).toEqual([
      'response',
      'response body',
      'response body.taggedFields',
    ]);
  });

  it('knows which bytes are payload', () => {
    const records = everySpan(produce.request?.spans ?? []).find((span) => span.name === 'records');
    expect(payloadRanges(produce.request?.spans ?? [])).toEqual([[records?.start, records?.end]]);
    const writer = new SpanWriter();
    writer.struct(
      'records',
      () => writer.int('baseOffset', 8, 5).string('key', 'k').string('value', 'secret'),
      'COMPACT_RECORDS',
    );
    expect(payloadRanges(writer.spans)).toEqual([
      [8, 10],
      [10, 17],
    ]);
  });
});
