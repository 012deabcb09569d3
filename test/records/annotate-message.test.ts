import { describe, expect, it } from 'vitest';
import type { FieldSpan } from '../../src/protocol/field-span.ts';
import { encodeMessageSet } from '../../src/records/encode-records.ts';
import { annotated, expectNested } from './span-checks.ts';

const records = [1, 2].map((n) => ({ timestamp: 1_700_000_000_000n, key: null, value: new Uint8Array(30).fill(n) }));

function child(span: FieldSpan | undefined, name: string): FieldSpan | undefined {
  return span?.children.find((one) => one.name === name);
}

describe('annotateLegacyMessage', () => {
  it('shows a plain message with offsets in the bytes it came in', () => {
    const bytes = encodeMessageSet({ magic: 1, baseOffset: 5n, codec: 'none', records });
    const { spans, budget } = annotated(bytes);
    expectNested(spans, bytes, budget.views);
    expect(spans.map((span) => [span.name, span.type, span.note])).toEqual([
      ['[0]', 'MESSAGE', 'none'],
      ['[1]', 'MESSAGE', 'none'],
    ]);
    expect(spans[0]?.children.map((span) => span.name)).toEqual([
      'offset',
      'messageSize',
      'crc',
      'magic',
      'attributes',
      'timestamp',
      'key',
      'value',
    ]);
    expect(child(spans[1], 'offset')).toMatchObject({ value: 6n, start: 64, end: 72 });
    expect(child(spans[0], 'timestamp')?.note).toBe('2023-11-14T22:13:20.000Z');
    expect(child(spans[0], 'key')).toMatchObject({ value: null, note: null });
  });

  it('shows the set inside a compressed message in a view', () => {
    const bytes = encodeMessageSet({ magic: 0, baseOffset: 5n, codec: 'gzip', records });
    const { spans, budget } = annotated(bytes);
    const value = child(spans[0], 'value');
    expect(value).toMatchObject({ type: 'COMPRESSED_RECORDS', end: bytes.length });
    expect(value?.children.map((span) => [span.type, span.view])).toEqual([
      ['MESSAGE', 0],
      ['MESSAGE', 0],
    ]);
    expect(child(value?.children[1], 'offset')?.value).toBe(6n);
    expect(budget.views.map((view) => view.bytes.length)).toEqual([2 * (26 + 30)]);
    expect(annotated(bytes, null).budget.views).toEqual([]);
    expect(child(annotated(bytes, null).spans[0], 'value')).toMatchObject({ value: undefined, children: [] });
  });

  it('gives the reason where a message cannot be read', () => {
    const bytes = encodeMessageSet({ magic: 1, baseOffset: 5n, codec: 'gzip', records });
    // The stream begins behind 34 bytes: the header, a null key and the value's length.
    const broken = bytes.slice();
    broken.fill(0xff, 34, 40);
    expect(child(annotated(broken).spans[0], 'value')?.note).toMatch(/^bad-compression: /);
    const long = encodeMessageSet({ magic: 0, baseOffset: 0n, codec: 'none', records: records.slice(0, 1) });
    long.set([0x7f], 22);
    expect(annotated(long).spans[0]?.note).toMatch(/^byte 26: needs \d+ bytes/);
  });
});
