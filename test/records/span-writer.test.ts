import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpanBudget, SpanWriter } from '../../src/records/span-writer.ts';
import { allSpans, expectNested } from './span-checks.ts';

const bytes = new Uint8Array(20);

describe('SpanWriter', () => {
  it('makes a tree with paths that say where each span stands', () => {
    const writer = new SpanWriter(bytes, 'body.records', new SpanBudget());
    writer.open('[0]', 'BATCH');
    writer.reader.int32();
    writer.leaf('size', 'INT32', 0, null, 0);
    writer.close('a batch');
    expect(writer.spans).toEqual([
      {
        name: '[0]',
        path: 'body.records[0]',
        type: 'BATCH',
        value: undefined,
        note: 'a batch',
        start: 0,
        end: 4,
        children: [
          {
            name: 'size',
            path: 'body.records[0].size',
            type: 'INT32',
            value: 0,
            note: null,
            start: 0,
            end: 4,
            children: [],
          },
        ],
      },
    ]);
  });

  it('closes what a failed part left open, and reads on behind it', () => {
    const writer = new SpanWriter(bytes, '', new SpanBudget());
    writer.open('outer', 'STRUCT');
    const inner = writer.within(4, 8, () => {
      writer.open('part', 'STRUCT');
      writer.open('deeper', 'STRUCT');
      writer.reader.int64();
    });
    expect([inner.failed, writer.reader.failed, writer.reader.position]).toEqual([true, false, 0]);
    writer.reader.take(20);
    writer.close();
    expect(allSpans(writer.spans).map((span) => [span.path, span.start, span.end])).toEqual([
      ['outer', 0, 20],
      ['outer.part', 4, 4],
      ['outer.part.deeper', 4, 4],
    ]);
  });

  it('points into views, which are copies and bounded', () => {
    const budget = new SpanBudget({ viewBytesMax: 5, viewsBytesMax: 8 });
    const writer = new SpanWriter(bytes, '', budget);
    const plain = new Uint8Array(10).fill(3);
    writer.open('records', 'COMPRESSED_RECORDS');
    let kept = 0;
    writer.inView('uncompressed', plain, (keptBytes) => {
      kept = keptBytes;
      writer.reader.take(2);
      writer.leaf('a', 'BYTES', undefined, null, 0);
    });
    expect(writer.inView('second', plain, () => undefined)).toBeNull();
    writer.close();
    expect(kept).toBe(5);
    expect(budget.views).toEqual([{ name: 'uncompressed', bytes: new Uint8Array(5).fill(3) }]);
    expect(budget.views[0]?.bytes.buffer).not.toBe(plain.buffer);
    expect(writer.spans[0]?.view).toBeUndefined();
    expect(writer.spans[0]?.children[0]?.view).toBe(0);
  });

  it('adopts spans of a part as if it had made them', () => {
    const writer = new SpanWriter(bytes, '', new SpanBudget());
    const part = new SpanWriter(bytes.subarray(6), '', new SpanBudget());
    part.open('body', 'STRUCT');
    part.reader.int16();
    part.leaf('x', 'INT16', 0, null, 0);
    part.close();
    writer.open('inner', 'BYTES');
    writer.adopt(part.spans, 6);
    writer.reader.take(20);
    writer.close();
    expectNested(writer.spans, bytes, []);
    expect(allSpans(writer.spans).map((span) => [span.path, span.start])).toEqual([
      ['inner', 0],
      ['inner.body', 6],
      ['inner.body.x', 6],
    ]);
    expect(writer.budget.made).toBe(3);
  });

  it('never makes more spans than it may, whatever is opened', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('open', 'close', 'leaf')), fc.nat(6), (steps, spansMax) => {
        const budget = new SpanBudget({ spansMax });
        const writer = new SpanWriter(bytes, '', budget);
        writer.within(0, 20, () => {
          for (const step of steps) {
            if (step === 'open') writer.open('c', 'STRUCT');
            else if (step === 'close') writer.close();
            else writer.leaf('l', 'INT8', 0, null, 0);
          }
        });
        const wanted = steps.filter((step) => step !== 'close').length;
        expect(budget.made).toBe(Math.min(spansMax, wanted));
        expect(budget.made + budget.omitted).toBe(wanted);
        expect(allSpans(writer.spans).length).toBe(budget.made);
      }),
    );
  });

  it('lets no control character of the bytes into a note', () => {
    const writer = new SpanWriter(bytes, '', new SpanBudget());
    writer.leaf('x', 'TEXT', undefined, 'a\u001b[31m\u009bb', 0);
    expect(writer.spans[0]?.note).toBe('a\ufffd[31m\ufffdb');
  });
});
