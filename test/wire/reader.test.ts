import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Reader, textAt, uuidAt } from '../../src/wire/reader.ts';

function reader(hex: string): Reader {
  return new Reader(Buffer.from(hex, 'hex'));
}

describe('primitive forms', () => {
  test('integers are big-endian and signed where Kafka says so', () => {
    expect(reader('80').int8()).toBe(-128);
    expect(reader('8000').int16()).toBe(-32_768);
    expect(reader('8000').uint16()).toBe(32_768);
    expect(reader('80000000').int32()).toBe(-2_147_483_648);
    expect(reader('80000000').uint32()).toBe(2_147_483_648);
    expect(reader('8000000000000000').int64()).toBe(-(2n ** 63n));
    expect(reader('3ff8000000000000').float64()).toBe(1.5);
  });

  test('a uuid that was seen before reads the same, whatever came between', () => {
    // More ids than are remembered, so that places are shared; single bits, since a weak hash would mix those up.
    const ids = Array.from({ length: 3_000 }, (_, index) => {
      const id = Buffer.alloc(16);
      id.writeUInt32BE((index * 2_654_435_761) % 2 ** 32, (index % 4) * 4);
      return id;
    });
    for (let bit = 0; bit < 128; bit += 1) {
      const id = Buffer.alloc(16);
      id[bit >> 3] = 1 << (bit & 7);
      ids.push(id);
    }
    for (const id of [...ids, ...ids.toReversed()]) expect(uuidAt(id, 0)).toBe(id.toString('base64url'));
  });

  test("a uuid is Kafka's base64url of 22 characters", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        expect(uuidAt(bytes, 0)).toBe(Buffer.from(bytes).toString('base64url'));
        expect(new Reader(bytes).uuid()).toBe(Buffer.from(bytes).toString('base64url'));
      }),
    );
  });

  test('text is UTF-8 of any length, short and long, seen before or not', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        const bytes = Buffer.from(`>${text}<`);
        for (let times = 0; times < 2; times += 1) expect(textAt(bytes, 1, bytes.length - 1)).toBe(text);
      }),
    );
  });

  test('texts that share a slot of the interning table do not get mixed up', () => {
    const names = Array.from({ length: 6_000 }, (_, index) => `topic-${index}`);
    for (let times = 0; times < 2; times += 1) {
      for (const name of names) expect(textAt(Buffer.from(name), 0, name.length)).toBe(name);
    }
  });

  test('a byte order mark is kept: it belongs to the name', () => {
    const bytes = Buffer.from('\ufefftopic');
    expect(textAt(bytes, 0, bytes.length)).toBe('\ufefftopic');
  });
});

describe('failure', () => {
  test('sticks: the first one is told, later reads are empty and move nowhere', () => {
    const short = reader('0001ff');
    expect(short.int16()).toBe(1);
    expect(short.int32()).toBe(0);
    expect(short).toMatchObject({ failed: true, failure: 'truncated', failureOffset: 2, position: 2 });
    const detail = short.failureDetail;
    expect([short.int8(), short.int64(), short.text(1), short.uuid(), short.uvarint()]).toEqual([0, 0n, '', '', 0]);
    expect(short.slice(1)).toHaveLength(0);
    expect(short).toMatchObject({ failureDetail: detail, position: 2 });
  });

  test('a varint may be cut off or too long', () => {
    expect(failureOf('8080')).toBe('truncated');
    expect(failureOf('8080808008')).toBe('malformed');
    expect(failureOf('808080808000')).toBe('malformed');
    expect(failureOf('ffffffff07')).toBe('none');
  });
});

function failureOf(hex: string): string {
  const read = reader(hex);
  read.uvarint();
  return read.failure;
}

test('a range of a larger buffer is read without looking around it', () => {
  const bytes = Buffer.from('aa0001bb', 'hex');
  const range = new Reader(bytes, 1, 3);
  expect(range.remaining).toBe(2);
  expect(range.int16()).toBe(1);
  range.int8();
  expect(range.failure).toBe('truncated');
});
