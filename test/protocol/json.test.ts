import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EncodeError } from '../../src/protocol/encode.ts';
import { equalFields } from '../../src/protocol/field-equality.ts';
import { bodyToJson, jsonToStruct, parseExactJson, printJson } from '../../src/protocol/json.ts';
import { planFor } from '../../src/protocol/plan.ts';
import { arbitraryMessage, planOf } from './arbitrary-body.ts';

describe('printJson', () => {
  test('prints what JSON.parse reads back', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(printJson(value))).toEqual(value);
      }),
    );
  });

  test('prints every digit of int64, bytes as base64, and floats JSON has no number for as strings', () => {
    const value = {
      max: 2n ** 63n - 1n,
      bytes: new Uint8Array([255]),
      not: Number.NaN,
      far: -Infinity,
      gone: undefined,
    };
    expect(printJson(value)).toBe('{"max":9223372036854775807,"bytes":"/w==","not":"NaN","far":"-Infinity"}');
    expect(printJson(-0)).toBe('-0.0');
    expect(printJson([1, [null, 'a"\n']])).toBe('[1,[null,"a\\"\\n"]]');
  });
});

describe('parseExactJson', () => {
  test('keeps every digit', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        const read = parseExactJson(`{"a":${value},"b":"${value}","c":1.5}`) as {
          a: number | bigint;
          b: string;
          c: number;
        };
        expect(BigInt(read.a)).toBe(value);
        expect([read.b, read.c]).toEqual([String(value), 1.5]);
      }),
    );
  });

  test('refuses what is no JSON', () => {
    expect(() => parseExactJson('{"a":')).toThrow(SyntaxError);
  });
});

test('a body survives its JSON form, digits and bytes included', () => {
  fc.assert(
    fc.property(arbitraryMessage, ({ apiKey, type, apiVersion, body }) => {
      const plan = planOf(apiKey, type, apiVersion);
      const records: Uint8Array[] = [];
      collectRecords(body, records);
      const json = parseExactJson(printJson(bodyToJson(plan, body)));
      expect(equalFields(jsonToStruct(plan.body, json, hasRecords(apiKey, type) ? records : []), body)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

/** Bytes fields are in the JSON themselves; only the APIs below have records, and no bytes fields beside them. */
function hasRecords(apiKey: number, type: string): boolean {
  return (apiKey === 0 && type === 'request') || ([1, 78, 59].includes(apiKey) && type === 'response');
}

function collectRecords(value: unknown, into: Uint8Array[]): void {
  if (value instanceof Uint8Array) into.push(value);
  else if (typeof value === 'object' && value !== null)
    for (const item of Object.values(value)) collectRecords(item, into);
}

describe('jsonToStruct refuses', () => {
  const produce = planFor(0, 'request', 3)?.body;
  const partition = (value: object): object => ({ topicData: [{ name: 'a', partitionData: [value] }] });

  test.each([
    ['a name that is no field', { ackz: 1 }, [], 'ackz'],
    ['a nested one', partition({ idx: 1 }), [], 'topicData[0].partitionData[0].idx'],
    ['records that are not given', partition({ recordsSizeInBytes: 3 }), [], 'topicData[0].partitionData[0].records'],
    ['records that have no field', { acks: 1 }, [new Uint8Array(1)], ''],
    ['an object for an array', { topicData: {} }, [], 'topicData'],
    ['an array for an object', { topicData: [[]] }, [], 'topicData[0]'],
    ['a body that is no object', 5, [], ''],
  ])('%s', (_what, json, records, path) => {
    if (produce === undefined) throw new Error('no plan');
    const attempt = (): unknown => jsonToStruct(produce, json, records);
    expect(attempt).toThrow(EncodeError);
    expect(attempt).toThrow(expect.objectContaining({ path }));
  });
});
