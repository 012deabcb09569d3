import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  int8,
  int16,
  int32,
  longUvarint,
  makeFunction,
  SourceWriter,
  uint16,
  uint32,
} from '../../src/protocol/source-parts.ts';
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

/** Runs what was written: the values in `all` and the offset after them; null for a miss. */
function run(source: SourceWriter, hex: string): number[] | null {
  const text = `return (b) => { const e = b.length, all = []; let at = 0, n = 0; ${source.text} return [...all, at]; };`;
  const made = makeFunction(['longUvarint'], [longUvarint], text) as (bytes: Uint8Array) => number[] | null;
  return made(Buffer.from(hex, 'hex'));
}

describe('row', () => {
  // Two numbers of one and two bytes, a short string, then one byte.
  const source = new SourceWriter('null');
  source.row(
    [1, 2, 0, 1],
    (bytes) => bytes,
    (bytes, at) => source.line(`all.push(${bytes === 1 ? int8(at) : int16(at)});`),
    () => {
      source.length(true, false, false);
      source.missIf('n > e - at');
      source.line('all.push(n); at += n;');
    },
  );

  test('reads neighbours of a fixed size at their places, and the others one by one', () => {
    // 5, 258, a string of two bytes (its length plus one), -1.
    expect(run(source, '05' + '0102' + '036162' + 'ff')).toEqual([5, 258, 2, -1, 7]);
  });

  test('misses a byte wherever the bytes end', () => {
    const whole = '05' + '0102' + '036162' + 'ff';
    for (let length = 0; length < whole.length; length += 2) expect(run(source, whole.slice(0, length))).toBeNull();
  });

  test('checks neighbours in one go', () => {
    expect(source.text.match(/at \+ \d+ > e/g)).toEqual(['at + 3 > e', 'at + 1 > e']);
  });
});

describe('tags', () => {
  function writer(others: 'stepOver' | 'miss'): SourceWriter {
    const source = new SourceWriter('null');
    // Tag 3 is a byte, and no other is known.
    source.tags([{ tag: 3 }], others, () => {
      source.need(1);
      source.line('all.push(b[at]); at += 1;');
    });
    return source;
  }
  // A count of tags, then of each its number, its size and its value.
  const known = '01' + '03' + '01' + '07';
  const unknown = '02' + '03' + '01' + '07' + '04' + '02' + 'aaaa';

  test.each(['stepOver', 'miss'] as const)('known ones are read, none at all costs a byte (others: %s)', (others) => {
    expect(run(writer(others), '00')).toEqual([1]);
    expect(run(writer(others), known)).toEqual([7, 4]);
  });

  test('unknown ones are stepped over or missed', () => {
    expect(run(writer('stepOver'), unknown)).toEqual([7, 8]);
    expect(run(writer('miss'), unknown)).toBeNull();
  });

  test.each([
    ['a value shorter than its size', '01' + '03' + '02' + '0707'],
    ['a value longer than its size', '01' + '03' + '00' + '07'],
    ['a size beyond the end', '01' + '03' + '05' + '07'],
    ['more tags than bytes', '05' + '03' + '01' + '07'],
    ['nothing', ''],
  ])('%s is missed', (_what, hex) => {
    expect(run(writer('stepOver'), hex)).toBeNull();
  });
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
  const outputWith = (flags: readonly string[]): string => {
    const child = spawnSync(process.execPath, [...flags, '--input-type=module', '--eval', program], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    return `${child.stdout}${child.status === 0 ? '' : child.stderr}`.trim();
  };
  expect(outputWith(['--disallow-code-generation-from-strings'])).toBe('gg true');
  expect(outputWith([])).toBe('gg false');
});
