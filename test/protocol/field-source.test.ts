import { describe, expect, test } from 'vitest';
import { FieldKind } from '../../src/protocol/field-kind.ts';
import { FieldSource } from '../../src/protocol/field-source.ts';
import { decodedValuesMax, type FieldPlan, type StructPlan } from '../../src/protocol/plan.ts';
import { longUvarint, makeFunction } from '../../src/protocol/source-parts.ts';
import { fieldPlan, structWith } from './field-plans.ts';

/** The plainest user there can be: lists every value in the order of the wire. */
class Lister {
  readonly source = new FieldSource();

  struct(plan: StructPlan): void {
    this.source.fields(
      plan.fields,
      (_field, value) => this.#list(value),
      (field) => this.value(field),
    );
    if (plan.flexible) this.source.tags(plan, (field) => this.value(field));
  }

  value(field: FieldPlan): void {
    const { source } = this;
    const fixed = source.fixed(field);
    if (fixed !== null) this.#list(fixed);
    else if (field.kind === FieldKind.Struct) source.nested(field, (struct) => this.struct(struct));
    else if (field.kind !== FieldKind.Array) source.sized(field, 'all.push(n);');
    else source.array(field, (element) => this.#list(source.elements(() => this.value(element))));
  }

  #list(value: string): void {
    this.source.out.line(`all.push(${value});`);
  }
}

/** The values of a struct of these fields and the offset after it; null for a miss. */
function read(fields: readonly FieldPlan[], bytes: Uint8Array): unknown[] | null {
  const lister = new Lister();
  lister.struct(structWith(fields));
  const text = [
    'return (b) => { const e = b.length, all = []; let at = 0, n = 0, values = 0;',
    lister.source.out.text,
    'return [...all, at]; };',
  ].join('\n');
  const uses = { longUvarint, int64At: () => 'int64', float64At: () => 'float64', uuidAt: () => 'uuid' };
  const made = makeFunction(Object.keys(uses), Object.values(uses), text) as (bytes: Uint8Array) => unknown[] | null;
  return made(bytes);
}

function readHex(fields: readonly FieldPlan[], ...parts: readonly string[]): unknown[] | null {
  return read(fields, Buffer.from(parts.join(''), 'hex'));
}

const string = fieldPlan('string', { kind: FieldKind.String, compact: true, nullable: true });
const bytes = fieldPlan('bytes', { kind: FieldKind.Bytes });
const array = fieldPlan('array', {
  kind: FieldKind.Array,
  compact: true,
  nullable: true,
  element: fieldPlan('', { kind: FieldKind.Int8, bytesMin: 1 }),
});
const nested = fieldPlan('nested', {
  kind: FieldKind.Struct,
  nullable: true,
  struct: structWith([fieldPlan('inner')]),
});
const noTags = '00';

test('every kind of a fixed size is read in its place', () => {
  const kinds = [
    [FieldKind.Bool, '01', true],
    [FieldKind.Int8, 'ff', -1],
    [FieldKind.Int16, 'fffe', -2],
    [FieldKind.Uint16, 'fffe', 65_534],
    [FieldKind.Int32, 'fffffffd', -3],
    [FieldKind.Uint32, 'fffffffd', 4_294_967_293],
    [FieldKind.Int64, '0000000000000001', 'int64'],
    [FieldKind.Float64, '0000000000000001', 'float64'],
    [FieldKind.Uuid, '00000000000000000000000000000001', 'uuid'],
  ] as const;
  const fields = kinds.map(([kind], index) => fieldPlan(`f${index}`, { kind }));
  const values = kinds.map(([, , value]) => value);
  expect(readHex(fields, ...kinds.map(([, hex]) => hex), noTags)).toEqual([...values, 47]);
  // The same as tagged fields: each stands alone, behind its tag and its size.
  const tagged = fields.map((field, tag) => ({ ...field, tag }));
  const tags = kinds.map(([, hex], tag) => `0${tag}${(hex.length / 2).toString(16).padStart(2, '0')}${hex}`);
  expect(readHex(tagged, '09', ...tags)).toEqual([...values, 1 + 9 * 2 + 46]);
});

test('what has a length, may be null or has elements is read in the order of the wire', () => {
  const fields = [string, bytes, array, nested];
  // A string of 2, bytes of 1 behind an int32, an array of 2, a struct that is there with one int16 and no tags.
  expect(readHex(fields, '036162', '00000001aa', '030506', '01000700', noTags)).toEqual([2, 1, 5, 6, 2, 7, 16]);
  // Null string, empty bytes, null array, null struct.
  expect(readHex(fields, '00', '00000000', '00', 'ff', noTags)).toEqual([0, 8]);
});

test('bytes that end too early are missed wherever they end', () => {
  const whole = Buffer.from(`036162${'00000001aa'}${'030506'}${'01000700'}${noTags}`, 'hex');
  for (let end = 0; end < whole.length; end += 1) {
    expect(read([string, bytes, array, nested], whole.subarray(0, end))).toBeNull();
  }
});

describe('left to the interpreter are', () => {
  test('null where the schema allows none', () => {
    expect(readHex([bytes], 'ffffffff', noTags)).toBeNull();
    expect(readHex([{ ...array, nullable: false }], '00', noTags)).toBeNull();
  });

  test('strings longer than Kafka reads', () => {
    // 32,768 bytes; a compact length is one more.
    const long = Buffer.concat([Buffer.from('818002', 'hex'), Buffer.alloc(32_768), Buffer.from(noTags, 'hex')]);
    expect(read([string], long)).toBeNull();
  });

  test('more values than anybody could show', () => {
    const wide = fieldPlan('wide', { ...array, name: 'wide', compact: false });
    const count = decodedValuesMax + 1;
    const payload = Buffer.alloc(4 + count + 1);
    payload.writeInt32BE(count, 0);
    expect(read([wide], payload)).toBeNull();
    payload.writeInt32BE(3, 0);
    expect(read([wide], payload.subarray(0, 8))).toEqual([0, 0, 0, 3, 8]);
  });

  test('tags the schema does not know, be there others or not', () => {
    const unknown = ['01', '05', '00'];
    expect(readHex([], ...unknown)).toBeNull();
    expect(readHex([fieldPlan('tagged', { tag: 0 })], ...unknown)).toBeNull();
    expect(readHex([], noTags)).toEqual([1]);
  });
});
