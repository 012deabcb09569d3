import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ProtobufMessage, writeProtobuf } from '../../src/payloads/protobuf-spans.ts';
import { SpanBudget, SpanWriter } from '../../src/records/span-writer.ts';
import { allSpans, expectNested } from '../records/span-checks.ts';
import { hexBytes } from './payload-checks.ts';

const tree: ProtobufMessage = {
  name: 'Tree',
  summary: 'label',
  fields: new Map([
    [1, { name: 'child', type: 'message', message: () => tree }],
    [2, { name: 'label', type: 'string' }],
    [3, { name: 'count', type: 'int64' }],
    [4, { name: 'flag', type: 'bool' }],
    [5, { name: 'ratio', type: 'double' }],
    [6, { name: 'limits', type: 'packed-double' }],
  ]),
};

function read(bytes: Uint8Array) {
  const budget = new SpanBudget();
  const writer = new SpanWriter(bytes, '', budget);
  const reader = writer.within(0, bytes.length, () => {
    writeProtobuf(writer, tree);
  });
  expectNested(writer.spans, bytes, []);
  return { spans: writer.spans, reader };
}

describe('writeProtobuf', () => {
  it('reads fields by number, and those it does not know too', () => {
    const { spans, reader } = read(
      hexBytes(
        '0a 03 12 01 61  0a 00  18 ffffffffffffffffff01  20 01  29 0000000000000440  3d 01000000  7a 02 cafe  320100',
      ),
    );
    expect(reader.failed).toBe(false);
    expect(spans.map((span) => [span.name, span.type, span.value, span.note])).toEqual([
      ['child', 'Tree', undefined, 'a'],
      ['child[1]', 'Tree', undefined, null],
      ['count', 'VARINT', -1n, null],
      ['flag', 'VARINT', true, null],
      ['ratio', 'DOUBLE', 2.5, null],
      ['field 7', 'FIXED32', 1, null],
      ['field 15', 'BYTES', undefined, '2 bytes'],
      ['limits', 'PACKED', '', null],
    ]);
  });

  it('says where a message is damaged', () => {
    const cases: readonly [string, string][] = [
      ['02 00', 'field number 0'],
      ['0b', 'wire type group is not used here'],
      ['12 05 61', 'needs 5 bytes'],
      ['18 ffffffffffffffffffffff', 'a varint of more than 10 bytes'],
      ['0a 02 0a 05', 'needs 5 bytes'],
    ];
    for (const [hex, reason] of cases) expect(read(hexBytes(hex)).reader.failureDetail).toContain(reason);
  });

  it('does not follow a message into itself for ever', () => {
    let bytes = new Uint8Array(0);
    for (let depth = 0; depth < 60; depth += 1) bytes = new Uint8Array([0x0a, bytes.length, ...bytes]);
    expect(allSpans(read(bytes).spans).length).toBeLessThanOrEqual(26);
  });

  it('survives any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => void read(bytes)));
  });
});
