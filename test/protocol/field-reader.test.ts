import { describe, expect, test } from 'vitest';
import { FieldKind } from '../../src/protocol/field-kind.ts';
import {
  checkTagSize,
  readCount,
  readFixed,
  readLength,
  readTagCount,
  readTagHead,
} from '../../src/protocol/field-reader.ts';
import { Reader } from '../../src/wire/reader.ts';
import { fieldPlan, structWith } from './field-plans.ts';

function readerOf(...parts: readonly string[]): Reader {
  return new Reader(Buffer.from(parts.join(''), 'hex'));
}

/** Where and why a reader stopped. */
function failureOf(reader: Reader): unknown {
  return [reader.failure, reader.failureOffset, reader.failureDetail];
}

test.each([
  [FieldKind.Bool, '02', true],
  [FieldKind.Int8, 'ff', -1],
  [FieldKind.Int16, 'fffe', -2],
  [FieldKind.Uint16, 'fffe', 65_534],
  [FieldKind.Int32, 'fffffffd', -3],
  [FieldKind.Uint32, 'fffffffd', 4_294_967_293],
  [FieldKind.Int64, 'fffffffffffffffc', -4n],
  [FieldKind.Float64, '3ff8000000000000', 1.5],
  [FieldKind.Uuid, '00000000000000000000000000000001', 'AAAAAAAAAAAAAAAAAAAAAQ'],
] as const)('a value of kind %i', (kind, hex, value) => {
  const reader = readerOf(hex);
  expect([readFixed(reader, kind), reader.remaining]).toEqual([value, 0]);
});

describe('a length', () => {
  const string = fieldPlan('string', { kind: FieldKind.String });
  const bytes = fieldPlan('bytes', { kind: FieldKind.Bytes });

  test('is an int16 of a string, an int32 of bytes, and one more than itself in a varint', () => {
    expect(readLength(readerOf('0003'), string)).toBe(3);
    expect(readLength(readerOf('00000003'), bytes)).toBe(3);
    expect(readLength(readerOf('04'), { ...bytes, compact: true })).toBe(3);
  });

  test('of null is -1 where the schema allows it, else malformed', () => {
    const reader = readerOf('ffff');
    expect([readLength(reader, { ...string, nullable: true }), reader.failed]).toEqual([-1, false]);
    const refused = readerOf('00');
    expect(readLength(refused, { ...string, compact: true })).toBe(-1);
    expect(failureOf(refused)).toEqual(['malformed', 0, 'null, where the schema allows no null']);
  });

  test('that is cut off stays truncated, whatever the schema allows', () => {
    const reader = readerOf('00');
    expect([readLength(reader, string), reader.failure]).toEqual([-1, 'truncated']);
  });

  test('of a string ends where Kafka reads no further; bytes may be longer', () => {
    // 32,768 as a varint of one more: 0x8001.
    const reader = readerOf('818002');
    expect(readLength(reader, { ...string, compact: true })).toBe(-1);
    expect(failureOf(reader)).toEqual(['malformed', 0, 'a string of 32768 bytes; Kafka reads at most 32767']);
    expect(readLength(readerOf('818002'), { ...bytes, compact: true })).toBe(32_768);
  });
});

test('a count must fit the bytes that are left', () => {
  const element = fieldPlan('', { kind: FieldKind.Int32, bytesMin: 4 });
  const array = fieldPlan('array', { kind: FieldKind.Array, nullable: true, element });
  expect(readCount(readerOf('00000001', '00000007'), array, element)).toBe(1);
  const nothing = readerOf('ffffffff');
  expect([readCount(nothing, array, element), nothing.failed]).toEqual([-1, false]);
  const reader = readerOf('00000002', '00000007');
  expect(readCount(reader, array, element)).toBe(-1);
  expect(failureOf(reader)).toEqual(['truncated', 0, '2 elements cannot fit the 4 bytes that are left']);
  // An element of no bytes of its own still costs one: a count could ask for any number of them.
  const empty = readerOf('7fffffff');
  expect([readCount(empty, array, { ...element, bytesMin: 0 }), empty.failure]).toEqual([-1, 'truncated']);
});

describe('tagged fields', () => {
  const known = fieldPlan('known', { tag: 3 });
  const plan = structWith([known]);

  test('are counted, two bytes each at least', () => {
    expect(readTagCount(readerOf('02', '00000000'))).toBe(2);
    const reader = readerOf('03', '00000000');
    expect(readTagCount(reader)).toBe(0);
    expect(failureOf(reader)).toEqual(['truncated', 0, '3 tagged fields cannot fit the 4 bytes that are left']);
    const cut = readerOf('');
    expect([readTagCount(cut), cut.failure]).toEqual([0, 'truncated']);
  });

  test('begin with a tag and a size, whose bytes are there', () => {
    expect(readTagHead(readerOf('03', '02', '0007'), plan)).toEqual({
      start: 0,
      tag: 3,
      size: 2,
      valueStart: 2,
      field: known,
    });
    expect(readTagHead(readerOf('04', '01', '00'), plan)?.field).toBeNull();
    const reader = readerOf('04', '02', '00');
    expect(readTagHead(reader, plan)).toBeNull();
    expect(failureOf(reader)).toEqual(['truncated', 0, 'tag 4 announces 2 bytes, 1 are left']);
    expect(readTagHead(readerOf('03'), plan)).toBeNull();
  });

  test('end where their size says', () => {
    const reader = readerOf('03', '02', '0007');
    const head = readTagHead(reader, plan);
    if (head === null) throw new Error('no head');
    reader.take(2);
    checkTagSize(reader, head);
    expect(reader.failed).toBe(false);
    checkTagSize(reader, { ...head, size: 1 });
    expect(failureOf(reader)).toEqual(['malformed', 0, 'tag 3 announces 1 bytes, its value takes 2']);
  });
});
