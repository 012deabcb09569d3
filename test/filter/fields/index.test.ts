import { expect, test } from 'vitest';
import { compileFilter } from '../../../src/filter/compile.ts';
import { fieldNamed, fieldNames, fields } from '../../../src/filter/fields/index.ts';

test('every field has its own name, a sentence, and stands alone as a filter', () => {
  expect(new Set(fieldNames).size).toBe(fields.length);
  for (const field of fields) {
    expect(field.help.length).toBeGreaterThan(5);
    expect(field.words !== null).toBe(field.type === 'enum');
    expect(compileFilter(field.name)).toMatchObject({
      ok: true,
      canonicalText: field.name,
      needsBody: field.needsBody,
    });
  }
});

test('a field by its name in any case', () => {
  expect(fieldNamed('Client.Id')?.name).toBe('client.id');
  expect(fieldNamed('constructor')).toBeNull();
});
