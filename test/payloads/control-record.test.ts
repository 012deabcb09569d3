import { describe, expect, it } from 'vitest';
import { bytesOf, sampleLines } from '../protocol/golden-lines.ts';
import { expectRobust, hexBytes, recordPlace, toJson, treeOf } from './payload-checks.ts';

interface Control {
  readonly kind: string;
  readonly variant: string;
  readonly hex: string;
  readonly keyHex: string;
  readonly body: Record<string, unknown>;
}

const lines = sampleLines<Control>('nested.ndjson.gz').filter((line) => line.variant === 'control');

function valuePlace(keyHex: string) {
  return recordPlace('value', 'orders', { control: true, key: hexBytes(keyHex) });
}

describe('control records', () => {
  it('are read as Java reads them', () => {
    expect(lines.length).toBeGreaterThanOrEqual(6);
    for (const golden of lines) {
      const bytes = new Uint8Array(bytesOf(golden));
      const { spans, note } = treeOf(bytes, valuePlace(golden.keyHex));
      const { controlType, ...body } = golden.body;
      expect(note, golden.kind).toContain('control record, ');
      expect(note).not.toContain('not readable');
      if (typeof controlType === 'string') expect(note).toContain(controlType);
      // JSON of the corpus has numbers where the tree has bigints.
      const json = JSON.parse(
        JSON.stringify(toJson(spans, bytes), (_, v: unknown) => (typeof v === 'bigint' ? Number(v) : v)),
      );
      expect(json).toMatchObject(
        JSON.parse(JSON.stringify(body, (_, v: unknown) => (typeof v === 'bigint' ? Number(v) : v))),
      );
    }
  });

  it('have a key that says what happened', () => {
    const key = recordPlace('key', 'orders', { control: true });
    const { spans, note } = treeOf(hexBytes('0000 0001'), key);
    expect(note).toBe('4 bytes, control record key, COMMIT');
    expect(spans.map((span) => [span.name, span.value, span.note])).toEqual([
      ['version', 0, null],
      ['type', 1, 'COMMIT'],
    ]);
    expect(treeOf(hexBytes('0000 0063'), key).spans[1]?.note).toBe('unknown');
    expect(treeOf(hexBytes('00'), valuePlace('00000063')).note).toContain('names no known control type');
  });

  it('survive any bytes', () => {
    expectRobust([], recordPlace('key', null, { control: true }));
    for (const golden of lines) expectRobust([bytesOf(golden)], valuePlace(golden.keyHex), 40);
  });
});
