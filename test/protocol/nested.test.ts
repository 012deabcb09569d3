import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { structToJson } from '../../src/protocol/json.ts';
import { decodeNested, nestedKinds } from '../../src/protocol/nested.ts';
import { plain, sampleLines, tagsAsLines } from './golden-lines.ts';

interface NestedLine {
  readonly kind: string;
  readonly version: number;
  readonly variant: string;
  readonly keyHex?: string;
  readonly hex: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly unknownTags?: readonly unknown[];
}

const lines = sampleLines<NestedLine>('nested.ndjson.gz');

test('every kind reads as Kafka reads it, future versions included', () => {
  expect([...new Set(lines.map((line) => line.kind))].toSorted()).toEqual(nestedKinds.toSorted());
  for (const line of lines) {
    const key = line.keyHex === undefined ? null : Buffer.from(line.keyHex, 'hex');
    const nested = decodeNested(line.kind, Buffer.from(line.hex, 'hex'), key);
    if (nested.kind === 'opaque') throw new Error(`${line.kind}: ${nested.detail}`);
    const { controlType, ...body } = line.body;
    expect([nested.version, plain(structToJson(nested.plan, nested.body))]).toEqual([line.version, plain(body)]);
    expect(tagsAsLines(nested.unknownTags)).toEqual(line.unknownTags ?? []);
    if (controlType !== undefined) expect(nested.controlType).toBe(controlType);
    expect(nested.trailingBytes).toBe(line.variant.startsWith('future') ? 3 : 0);
  }
});

describe('what cannot be read', () => {
  test('a kind nobody knows', () => {
    expect(decodeNested('Nothing', new Uint8Array(4))).toMatchObject({ reason: 'unknown-kind' });
  });

  test('empty bytes, as members without an assignment have', () => {
    expect(decodeNested('ConsumerProtocolAssignment', new Uint8Array(0))).toMatchObject({ reason: 'truncated' });
  });

  test('any bytes end as data or as a reason', () => {
    fc.assert(
      fc.property(fc.constantFrom(...nestedKinds), fc.uint8Array({ maxLength: 60 }), (kind, bytes) => {
        const nested = decodeNested(kind, bytes);
        if (nested.kind === 'opaque') expect(nested.offset).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 1_000 },
    );
  });
});
