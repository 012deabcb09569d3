import { expect, it } from 'vitest';
import type { Struct } from '../../src/protocol/message.ts';
import * as fields from '../../src/protocol/struct-fields.ts';

const struct: Struct = {
  int: 5,
  long: 6n,
  flag: true,
  text: 'orders',
  bytes: Buffer.from('x'),
  nested: { int: 1 },
  structs: [{ int: 1 }, { int: 2 }],
  ints: [1, 2],
  texts: ['a', 'b'],
  none: null,
};

it('fields read as their type', () => {
  expect(fields.intField(struct, 'int', 0)).toBe(5);
  expect(fields.longField(struct, 'long', 0n)).toBe(6n);
  expect(fields.booleanField(struct, 'flag', false)).toBe(true);
  expect(fields.textField(struct, 'text')).toBe('orders');
  expect(fields.nullableTextField(struct, 'text')).toBe('orders');
  expect(fields.bytesField(struct, 'bytes')).toEqual(Buffer.from('x'));
  expect(fields.structField(struct, 'nested')).toEqual({ int: 1 });
  expect(fields.structsField(struct, 'structs')).toHaveLength(2);
  expect(fields.intsField(struct, 'ints')).toEqual([1, 2]);
  expect(fields.textsField(struct, 'texts')).toEqual(['a', 'b']);
  expect(fields.hasArray(struct, 'ints')).toBe(true);
});

it('absent, null and other types read as the fallback', () => {
  for (const name of ['absent', 'none', 'nested', 'bytes']) {
    expect(fields.intField(struct, name, -1)).toBe(-1);
    expect(fields.longField(struct, name, -1n)).toBe(-1n);
    expect(fields.booleanField(struct, name, true)).toBe(true);
    expect(fields.textField(struct, name)).toBe('');
    expect(fields.nullableTextField(struct, name)).toBeNull();
    expect(fields.structsField(struct, name)).toEqual([]);
    expect(fields.intsField(struct, name)).toEqual([]);
    expect(fields.textsField(struct, name)).toEqual([]);
    expect(fields.hasArray(struct, name)).toBe(false);
  }
  expect(fields.structField(struct, 'bytes')).toBeNull();
  expect(fields.structField(struct, 'structs')).toBeNull();
  expect(fields.bytesField(struct, 'nested')).toBeNull();
});
