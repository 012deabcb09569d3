import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recognise, recogniseHeader } from '../../src/payloads/recognise.ts';
import { hexBytes, utf8 } from './payload-checks.ts';

describe('recognise', () => {
  it('names what bytes look like', () => {
    const table: readonly [Uint8Array, string, string][] = [
      [utf8('{"a":1}'), 'json', '{"a":1}'],
      [utf8('[1, 2]'), 'json', '[1, 2]'],
      [utf8('{not json'), 'utf-8', '{not json'],
      [utf8('grüße'), 'utf-8', 'grüße'],
      [utf8('abcd'), 'utf-8', 'abcd'],
      [utf8('0190a5b1-7c1e-7000-8000-000000000001'), 'uuid', '0190a5b1-7c1e-7000-8000-000000000001'],
      [hexBytes('0190a5b17c1e70008000000000000001'), 'uuid', '0190a5b1-7c1e-7000-8000-000000000001'],
      [hexBytes('0000002a'), 'int32', '42'],
      [hexBytes('ffffffff'), 'int32', '-1'],
      [hexBytes('000000000000002a'), 'int64', '42'],
      [hexBytes('00 0000002a 02 e9'), 'confluent', '02e9'],
      [hexBytes(`00 0000002a ${Buffer.from('{"a":1}').toString('hex')}`), 'confluent', '{"a":1}'],
      [hexBytes('00 0000000000000007 02 e9'), 'apicurio', '02e9'],
      [hexBytes('ff00ff'), 'hex', 'ff00ff'],
      [new Uint8Array(0), 'empty', ''],
    ];
    for (const [bytes, kind, text] of table) expect(recognise(bytes)).toMatchObject({ kind, text });
    expect(recognise(hexBytes('00 0000002a 02 e9')).note).toContain('schema id 42');
    expect(recognise(hexBytes('0000018bcfe56800')).note).toBe('INT64, 2023-11-14T22:13:20.000Z');
  });

  it('knows the headers in which schema ids travel', () => {
    const guid = recogniseHeader('__value_schema_id', hexBytes('01 0190a5b17c1e70008000000000000001'));
    expect(guid).toMatchObject({ kind: 'confluent', text: '0190a5b1-7c1e-7000-8000-000000000001' });
    expect(recogniseHeader('apicurio.value.globalId', hexBytes('0000000000000009'))).toMatchObject({
      kind: 'apicurio',
      text: '9',
      note: 'Apicurio globalId',
    });
    expect(recogniseHeader('trace', utf8('x')).kind).toBe('utf-8');
  });

  it('finds any text and any JSON again', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify({ value });
        if (text.includes('\u007f')) return;
        expect(recognise(utf8(text))).toMatchObject({ kind: 'json', text });
      }),
    );
  });

  it('is bounded: what it gives back does not grow with the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(recognise(bytes).text.length).toBeLessThanOrEqual(600);
      }),
    );
    const long = recognise(new Uint8Array(10_000_000).fill(0x61));
    expect(long).toMatchObject({ kind: 'utf-8', note: 'UTF-8, the first 4096 shown' });
    expect(long.text).toHaveLength(4096);
    // A cut falls between characters.
    expect(recognise(utf8('ü'.repeat(100_000))).text).toBe('ü'.repeat(2048));
    expect(recognise(new Uint8Array(1_000_000).fill(0xff)).text).toHaveLength(128);
    const json = recognise(utf8(`[${'1,'.repeat(100_000)}1]`));
    expect(json.note).toContain('begins like JSON');
  });
});
