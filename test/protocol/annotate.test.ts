import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { annotateMessage } from '../../src/protocol/annotate.ts';
import { decodeRequest, decodeResponse } from '../../src/protocol/decode.ts';
import { encodeRequest, encodeResponse } from '../../src/protocol/encode.ts';
import type { FieldSpan } from '../../src/protocol/field-span.ts';
import { arbitrarySpoiltFrame, behindVersion } from './compiled-agreement.ts';
import { bytesOf, type GoldenMessage, sampleMessages } from './golden-lines.ts';

const limits = { spansMax: 1_000_000 };

/** Children lie inside their owner, one behind the other. */
function checkNesting(span: FieldSpan): void {
  let at = span.start;
  for (const child of span.children) {
    if (child.start < at || child.end < child.start) throw new Error(`${child.path} begins before its place`);
    checkNesting(child);
    at = child.end;
  }
  if (at > span.end) throw new Error(`${span.path} ends before its children`);
}

function count(spans: readonly FieldSpan[]): number {
  return spans.reduce((sum, span) => sum + 1 + count(span.children), 0);
}

function annotate(golden: GoldenMessage, bytes: Uint8Array): ReturnType<typeof annotateMessage> {
  return annotateMessage(bytes, golden.type, golden.key, golden.version, limits);
}

describe('over the sample', () => {
  const lines = sampleMessages('4.4.0');

  test('header and body cover the frame, and fields lie inside each other', () => {
    for (const golden of lines) {
      const bytes = bytesOf(golden);
      const { spans, omitted, opaque } = annotate(golden, bytes);
      expect([omitted, opaque]).toEqual([0, null]);
      expect(spans.map((span) => span.name)).toEqual(['header', 'body']);
      expect([spans[0]?.start, spans[0]?.end, spans[1]?.end]).toEqual([0, spans[1]?.start, bytes.length]);
      for (const span of spans) checkNesting(span);
    }
  });

  test('hostile bytes stop at the place and for the reason that decode gives', () => {
    fc.assert(
      fc.property(arbitrarySpoiltFrame(lines, behindVersion), ({ golden, bytes }) => {
        const message =
          golden.type === 'request' ? decodeRequest(bytes) : decodeResponse(bytes, golden.key, golden.version);
        const annotated = annotate(golden, bytes);
        expect(annotated.opaque).toEqual(message.kind === 'decoded' ? null : message);
        for (const span of annotated.spans) checkNesting(span);
      }),
      { numRuns: 3_000 },
    );
  });
});

const produce = encodeRequest({
  apiKey: 0,
  apiVersion: 9,
  correlationId: 1,
  clientId: 'me',
  body: {
    acks: -1,
    timeoutMs: 5,
    topicData: [{ name: 'a', partitionData: [{ index: 0, records: new Uint8Array(3) }] }],
  },
});

/** Spans as `path type value (note) start..end`, without containers' children order lost. */
function lines(spans: readonly FieldSpan[]): string[] {
  return spans.flatMap((span) => {
    const note = span.note === null ? '' : ` (${span.note})`;
    const value = span.value === undefined ? '' : ` ${String(span.value)}`;
    return [`${span.path} ${span.type}${value}${note} ${span.start}..${span.end}`, ...lines(span.children)];
  });
}

test('a Produce request, field by field', () => {
  expect(lines(annotateMessage(produce, 'request', 0, 9, limits).spans)).toEqual([
    'header STRUCT 0..13',
    'header.requestApiKey INT16 0 (Produce) 0..2',
    'header.requestApiVersion INT16 9 2..4',
    'header.correlationId INT32 1 4..8',
    'header.clientId NULLABLE_STRING me 8..12',
    'header.taggedFields TAGGED (none) 12..13',
    'body STRUCT 13..35',
    'body.transactionalId COMPACT_NULLABLE_STRING null 13..14',
    'body.acks INT16 -1 (all in-sync replicas) 14..16',
    'body.timeoutMs INT32 5 16..20',
    'body.topicData COMPACT_ARRAY (1 element) 20..34',
    'body.topicData[0] STRUCT 21..34',
    'body.topicData[0].name COMPACT_STRING a 21..23',
    'body.topicData[0].partitionData COMPACT_ARRAY (1 element) 23..33',
    'body.topicData[0].partitionData[0] STRUCT 24..33',
    'body.topicData[0].partitionData[0].index INT32 0 24..28',
    'body.topicData[0].partitionData[0].records COMPACT_RECORDS (3 bytes) 28..32',
    'body.topicData[0].partitionData[0].taggedFields TAGGED (none) 32..33',
    'body.topicData[0].taggedFields TAGGED (none) 33..34',
    'body.taggedFields TAGGED (none) 34..35',
  ]);
});

test('known tags are named by their field, unknown ones by their number', () => {
  const bytes = encodeResponse({
    apiKey: 0,
    apiVersion: 10,
    correlationId: 1,
    body: { nodeEndpoints: [{ nodeId: 7, host: 'h', port: 1, rack: null }] },
    unknownTags: [{ in: 'body', path: '', tag: 9, data: new Uint8Array(2) }],
  });
  const body = annotateMessage(bytes, 'response', 0, 10, limits).spans[1];
  const tagged = body?.children.at(-1);
  expect(tagged?.children.map((span) => [span.name, span.path, span.note])).toEqual([
    ['nodeEndpoints', 'body.nodeEndpoints', '1 element'],
    ['tag 9', 'body.tag9', 'unknown, 2 bytes'],
  ]);
});

describe('limits', () => {
  test('spans beyond the limit are counted, not made', () => {
    const whole = annotateMessage(produce, 'request', 0, 9, limits).spans;
    const { spans, omitted, opaque } = annotateMessage(produce, 'request', 0, 9, { spansMax: 5 });
    expect([count(spans), omitted, opaque]).toEqual([5, count(whole) - 5, null]);
  });

  test('a long array of numbers is stepped over once nothing more is shown', () => {
    const partitions = Array.from({ length: 100_000 }, (_, index) => index);
    const body = { timeoutMs: 1, topics: [{ name: 'a', partitionIndexes: partitions }] };
    const bytes = encodeRequest({ apiKey: 46, apiVersion: 0, correlationId: 1, clientId: null, body });
    const { spans, omitted, opaque } = annotateMessage(bytes, 'request', 46, 0, { spansMax: 100 });
    expect([count(spans), opaque]).toEqual([100, null]);
    expect(omitted).toBeGreaterThan(99_900);
  });
});

describe('what cannot be read whole', () => {
  test('an unknown API shows its header and the rest as bytes', () => {
    const { spans, opaque } = annotateMessage(
      Buffer.from('03e7000000000001ffff00aabb', 'hex'),
      'request',
      999,
      0,
      limits,
    );
    expect(opaque).toMatchObject({ reason: 'unknown-api' });
    expect(spans.at(-1)).toMatchObject({ name: 'body', type: 'BYTES', start: 11, end: 13 });
  });

  test('bytes behind the body are shown as such', () => {
    const { spans } = annotateMessage(Buffer.concat([produce, Buffer.from('ff', 'hex')]), 'request', 0, 9, limits);
    expect(spans.at(-1)).toMatchObject({ name: 'trailing', start: 35, end: 36 });
  });
});
