import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { emitMessage } from '../../../bin/dev/emit-table.ts';
import { TypeWriter } from '../../../bin/dev/emit-types.ts';
import { mergeSpecs } from '../../../bin/dev/merge.ts';
import { readSpec, type Spec, stripComments } from '../../../bin/dev/spec.ts';
import { formatVersions, parseVersions } from '../../../bin/dev/versions.ts';
import { readZip } from '../../../bin/dev/zip-reader.ts';
import { apiTables, dataTables, headerTables } from '../../../src/protocol/schema/index.ts';

function spec(validVersions: string, fields: object[], rest: object = {}): Spec {
  return readSpec(
    'X',
    JSON.stringify({
      name: 'XRequest',
      type: 'request',
      apiKey: 200,
      validVersions,
      flexibleVersions: '2+',
      fields,
      ...rest,
    }),
  );
}

describe('reading specs', () => {
  test('comments go, text that looks like one stays', () => {
    expect(stripComments('{ // one\n"a": "http://x", /* two\n */ "b": 1 }')).toBe('{ \n"a": "http://x",  "b": 1 }');
  });

  test('string tags, tagged-only versions, hex defaults, common structs and letter case', () => {
    const read = spec(
      '0-3',
      [
        { name: 'Offline', type: '[]Dir', taggedVersions: '2+', tag: '0' },
        { name: 'MaxBytes', type: 'int32', versions: '0+', default: '0x7fffffff' },
      ],
      { commonStructs: [{ name: 'Dir', fields: [{ name: 'path', type: 'string', versions: '0+' }] }] },
    );
    expect(read.fields[0]).toMatchObject({ name: 'offline', tag: 0, versions: [2, 3], tagged: [2, 3] });
    expect(read.fields[0]?.fields[0]).toMatchObject({ name: 'path', versions: [2, 3] });
    expect(read.fields[1]).toMatchObject({ name: 'maxBytes', defaultText: '2147483647' });
  });

  test('a type nobody declares and a struct inside itself are refused', () => {
    expect(() => spec('0', [{ name: 'A', type: 'Nothing', versions: '0+' }])).toThrow('unknown type');
    const self = { commonStructs: [{ name: 'Node', fields: [{ name: 'Next', type: 'Node', versions: '0+' }] }] };
    expect(() => spec('0', [{ name: 'A', type: 'Node', versions: '0+' }], self)).toThrow('nests deeper');
  });
});

test('versions print as they were read', () => {
  const valid = parseVersions('0-9');
  for (const text of ['0+', '0-3', '2,5-7', '4', '0-1,3+']) {
    expect(
      formatVersions(
        parseVersions(text).filter((version) => valid.includes(version)),
        valid,
      ),
    ).toBe(text);
  }
  expect(formatVersions([], valid)).toBe('none');
});

describe('merging two releases', () => {
  const older = spec('0-2', [
    { name: 'Gone', type: 'string', versions: '0' },
    { name: 'A', type: 'int32', versions: '0+' },
    { name: 'B', type: 'int16', versions: '2+' },
  ]);

  test('the older release keeps the versions that were dropped, in their own order', () => {
    const newer = spec('1-3', [
      { name: 'A', type: 'int32', versions: '0+' },
      { name: 'B', type: 'int16', versions: '2+' },
      { name: 'C', type: 'bool', versions: '3+', tag: 0, taggedVersions: '3+' },
    ]);
    const merged = mergeSpecs(newer, older);
    expect(merged.disagreements).toEqual([]);
    expect([merged.removed, merged.olderReading]).toEqual([[0], null]);
    expect(merged.fields.map((field) => [field.name, field.versions])).toEqual([
      ['gone', [0]],
      ['a', [0, 1, 2, 3]],
      ['b', [2, 3]],
      ['c', [3]],
    ]);
    expect(emitMessage(merged, '', new Set())).toContain('gone string 0\na int32 0+\nb int16 2+\nc bool 3+ tag:0\n');
  });

  test('a disagreement is found, with what kind it is, and the older reading is kept', () => {
    const renamed = spec('1-3', [
      { name: 'Z', type: 'int32', versions: '0+' },
      { name: 'B', type: 'int32', versions: '2+' },
    ]);
    const merged = mergeSpecs(renamed, older);
    expect(merged.disagreements.map(({ version, wire }) => [version, wire])).toEqual([
      [1, false],
      [2, true],
    ]);
    expect(merged.olderReading).toMatchObject({ versions: [1, 2] });
  });
});

test('types: what not every version has is optional, equal structs are one type', () => {
  const newer = spec('0-3', [
    { name: 'A', type: 'int64', versions: '1+' },
    {
      name: 'B',
      type: '[]S',
      versions: '0+',
      nullableVersions: '2+',
      fields: [{ name: 'R', type: 'records', versions: '0+' }],
    },
  ]);
  const writer = new TypeWriter();
  writer.add(mergeSpecs(newer, undefined));
  expect(writer.text()).toBe(
    [
      '/** Body of XRequest. */',
      'export type XRequest = {',
      '  readonly a?: bigint;',
      '  readonly b: readonly S[] | null;',
      '};',
      '',
      '/** Part of XRequest. */',
      'export type S = {',
      '  readonly r: Uint8Array | null;',
      '};',
    ].join('\n'),
  );
});

describe('the zip reader', () => {
  const text = Buffer.from('{"a":1}'.repeat(50));

  function zipOf(method: number): Buffer {
    const data = method === 0 ? text : deflateRawSync(text);
    const name = Buffer.from('common/message/A.json');
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(data.length, 20);
    entry.writeUInt32LE(text.length, 24);
    entry.writeUInt16LE(name.length, 28);
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(1, 10);
    end.writeUInt32LE(local.length + name.length + data.length, 16);
    return Buffer.concat([local, name, data, entry, name, end]);
  }

  test('gives stored and deflated files by name', () => {
    for (const method of [0, 8]) {
      const files = readZip(zipOf(method), (name) => name.endsWith('.json'));
      expect([...files].map(([name, data]) => [name, data.equals(text)])).toEqual([['common/message/A.json', true]]);
      expect(readZip(zipOf(method), () => false).size).toBe(0);
    }
  });

  test('refuses what is no zip', () => {
    expect(() => readZip(Buffer.alloc(100), () => true)).toThrow('not a zip');
  });
});

test('the committed tables: all keys, all in order, headers and data beside them', () => {
  expect(apiTables.map((table) => table.key)).toEqual(Array.from({ length: 95 }, (_, key) => key));
  expect([headerTables.request.name, headerTables.response.name]).toEqual(['RequestHeader', 'ResponseHeader']);
  expect(dataTables.map((table) => table.name)).toContain('ConsumerProtocolSubscription');
});
