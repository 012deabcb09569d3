import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FieldKind } from '../../src/protocol/field-kind.ts';
import { WalkCursor } from '../../src/protocol/walk-cursor.ts';
import { WalkFacts } from '../../src/protocol/walk-facts.ts';
import { Reader } from '../../src/wire/reader.ts';

function cursorAt(...parts: readonly string[]): WalkCursor {
  const cursor = new WalkCursor();
  cursor.begin(Buffer.from(parts.join(''), 'hex'), new WalkFacts());
  return cursor;
}

/** Where and why a cursor stopped. */
function failureOf({ at, facts }: WalkCursor): unknown {
  return [at, facts.failReason, facts.failOffset, facts.failDetail];
}

test('a varint is what the reader reads, and fails for the same reason', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 7 }), (bytes) => {
      const cursor = new WalkCursor();
      cursor.begin(bytes, new WalkFacts());
      const reader = new Reader(bytes);
      expect([cursor.uvarint(), cursor.at < 0]).toEqual([reader.uvarint(), reader.failed]);
      if (reader.failed) expect(cursor.facts.failReason).toBe(reader.failure);
      else expect(cursor.at).toBe(reader.position);
    }),
    { numRuns: 2_000 },
  );
});

test('small integers keep their sign', () => {
  const cursor = cursorAt('fffefdfc');
  expect(cursor.small(FieldKind.Int8, 0)).toBe(-1);
  expect(cursor.small(FieldKind.Int16, 0)).toBe(-2);
  expect(cursor.small(FieldKind.Int32, 0)).toBe(-66_052);
});

describe('a length', () => {
  test('is one more than itself in a varint, else of two or four bytes', () => {
    expect(cursorAt('04').length(true, false, false)).toBe(3);
    expect(cursorAt('0003').length(false, false, false)).toBe(3);
    expect(cursorAt('00000003').length(false, false, true)).toBe(3);
  });

  test('of null is -1 where it may be, else a failure that is -2', () => {
    expect(cursorAt('ffff').length(false, true, false)).toBe(-1);
    const cursor = cursorAt('ffff');
    expect(cursor.length(false, false, false)).toBe(-2);
    expect(failureOf(cursor)).toEqual([-1, 'malformed', 0, 'null, where the schema allows no null']);
    expect(cursorAt('ff').length(false, true, false)).toBe(-2);
  });
});

test('the first failure counts, whatever comes after it', () => {
  const cursor = cursorAt('000000');
  cursor.skip(1);
  cursor.skip(3);
  expect(failureOf(cursor)).toEqual([-1, 'truncated', 1, 'needs 3 bytes, 2 are left']);
  cursor.fail('malformed', 2, 'too late');
  expect(cursor.facts.failReason).toBe('truncated');
});

test('a released cursor holds no bytes', () => {
  const cursor = cursorAt('00');
  cursor.release();
  expect(cursor.bytes.length).toBe(0);
});
