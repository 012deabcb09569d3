import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { int8, int16, int32, longUvarint, makeFunction, uint16, uint32 } from '../../src/protocol/source-parts.ts';
import { Reader } from '../../src/wire/reader.ts';
import { uvarintBytes, writeUvarint } from '../../src/wire/varint.ts';

describe('longUvarint', () => {
  test('reads what a writer writes, and its length follows from the value', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0x80, max: 0x7fffffff }), (value) => {
        const bytes = new Uint8Array(9);
        const end = writeUvarint(bytes, 2, value);
        expect(longUvarint(bytes, 2, end)).toBe(value);
        expect(end - 2).toBe(uvarintBytes(value));
        expect(longUvarint(bytes, 2, end - 1)).toBe(-1);
      }),
    );
  });

  test('takes only what the reader takes, and gives the same value', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 7 }), (bytes) => {
        const value = longUvarint(bytes, 0, bytes.length);
        if (value < 0) return;
        const reader = new Reader(bytes);
        expect([reader.uvarint(), reader.failed, reader.position]).toEqual([value, false, uvarintBytes(value)]);
      }),
      { numRuns: 2_000 },
    );
  });
});

test('the integer readers are those of DataView', () => {
  const parts = [int8('at'), int16('at'), uint16('at'), int32('at'), uint32('at')];
  const read = makeFunction([], [], `return (b, at) => [${parts.join(', ')}];`) as (
    b: Uint8Array,
    at: number,
  ) => number[];
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 4, maxLength: 4 }), (four) => {
      const view = new DataView(four.buffer, four.byteOffset, 4);
      const expected = [view.getInt8(0), view.getInt16(0), view.getUint16(0), view.getInt32(0), view.getUint32(0)];
      expect(read(four, 0)).toEqual(expected);
    }),
  );
});

test('a mistake in the source is an error, not a silence', () => {
  expect(() => makeFunction([], [], 'return (;')).toThrow(SyntaxError);
});

test('where code generation is forbidden everything is interpreted', { timeout: 30_000 }, () => {
  const sources = new URL('../../src/protocol/', import.meta.url).href;
  const program = `
    const { WalkFacts, walkMessage } = await import('${sources}walk.ts');
    const { decodeRequest } = await import('${sources}decode.ts');
    const { encodeRequest } = await import('${sources}encode.ts');
    const { compileAfterUses } = await import('${sources}source-parts.ts');
    const { planFor } = await import('${sources}plan.ts');
    const bytes = encodeRequest({ apiKey: 12, apiVersion: 4, correlationId: 1, clientId: 'c', body: { groupId: 'g' } });
    const facts = new WalkFacts();
    let groups = '';
    for (let use = 0; use < compileAfterUses * 2; use += 1) {
      walkMessage(bytes, 'request', 12, 4, facts);
      groups = facts.groupId + decodeRequest(bytes).body.groupId;
    }
    console.log(groups, planFor(12, 'request', 4).compiled.walk === null);
  `;
  const run = (flags: readonly string[]): string => {
    const child = spawnSync(process.execPath, [...flags, '--input-type=module', '--eval', program], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    return `${child.stdout}${child.status === 0 ? '' : child.stderr}`.trim();
  };
  expect(run(['--disallow-code-generation-from-strings'])).toBe('gg true');
  expect(run([])).toBe('gg false');
});
