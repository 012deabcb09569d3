import { expect } from 'vitest';
import type { FieldSpan } from '../../src/protocol/field-span.ts';
import { annotateRecords } from '../../src/records/annotate-records.ts';
import { type RecordContents, RecordSpending } from '../../src/records/record-contents.ts';
import type { RecordLimits } from '../../src/records/record-limits.ts';
import { SpanBudget, type SpanLimits, SpanWriter } from '../../src/records/span-writer.ts';

/** Shows every key and value as base64, and adds nothing below it. */
export const base64Contents: RecordContents = {
  describe: (writer, start, end) => ({
    value: Buffer.from(writer.reader.bytes.subarray(start, end)).toString('base64'),
    note: null,
  }),
};

export interface AnnotatedRecords {
  readonly spans: readonly FieldSpan[];
  readonly budget: SpanBudget;
}

/** The spans of the bytes of a records field. */
export function annotated(
  bytes: Uint8Array,
  contents: RecordContents | null = base64Contents,
  limits: Partial<SpanLimits & RecordLimits> = {},
): AnnotatedRecords {
  const budget = new SpanBudget(limits);
  const writer = new SpanWriter(bytes, 'records', budget);
  annotateRecords(writer, 0, bytes.length, contents, new RecordSpending(limits));
  return { spans: writer.spans, budget };
}

/** Every span, depth first. */
export function allSpans(spans: readonly FieldSpan[]): FieldSpan[] {
  return spans.flatMap((span) => [span, ...allSpans(span.children)]);
}

/**
 * Fails unless children lie inside their owners, one behind the other, and inside the bytes they count in. Children in
 * another view than their owner begin a new count.
 */
export function expectNested(
  spans: readonly FieldSpan[],
  bytes: Uint8Array,
  views: readonly { readonly bytes: Uint8Array }[],
): void {
  visit(spans, 0, bytes.length, undefined, views);
}

function visit(
  spans: readonly FieldSpan[],
  from: number,
  to: number,
  view: number | undefined,
  views: readonly { readonly bytes: Uint8Array }[],
): void {
  let at = from;
  let current = view;
  let limit = to;
  for (const span of spans) {
    if (span.view !== current) {
      current = span.view;
      at = 0;
      limit = views[span.view ?? -1]?.bytes.length ?? to;
    }
    expect(span.start, `${span.path} begins behind its neighbour`).toBeGreaterThanOrEqual(at);
    expect(span.end, `${span.path} ends behind its start`).toBeGreaterThanOrEqual(span.start);
    expect(span.end, `${span.path} ends inside its owner`).toBeLessThanOrEqual(limit);
    visit(span.children, span.start, span.end, span.view, views);
    at = span.end;
  }
}
