import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginsRecord, RecordStream } from '../../../src/capture/tls/record-stream.ts';

const record = (type: number, length: number) =>
  Buffer.concat([Buffer.from([type, 3, 3, length >> 8, length & 255]), Buffer.alloc(length, 1)]);

describe('RecordStream', () => {
  it('cuts records at their headers however TCP split them', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(400), { maxLength: 6 }), fc.integer({ min: 1, max: 90 }), (lengths, size) => {
        const all = Buffer.concat(lengths.map((length) => record(23, length)));
        const stream = new RecordStream();
        const found: number[] = [];
        for (let at = 0; at < all.length; at += size) {
          stream.receive(all.subarray(at, at + size), at, ({ body }) => found.push(body.length) > 0);
        }
        expect(found).toEqual(lengths);
        expect(stream.broken).toBe(false);
      }),
    );
  });

  it('ends at bytes that are no record', () => {
    const stream = new RecordStream();
    stream.receive(Buffer.concat([record(22, 3), Buffer.from('GET / HTTP')]), 1, () => true);
    expect(stream.broken).toBe(true);
  });

  it('offers every possible beginning behind a loss until one is accepted, with what was lost', () => {
    const stream = new RecordStream();
    const offers: [number, number][] = [];
    const listen = (accepts: number) => (offered: { body: Uint8Array; lostBytes: number }) => {
      offers.push([offered.body.length, offered.lostBytes]);
      return offered.body.length === accepts;
    };
    stream.receive(record(23, 50).subarray(0, 20), 1, listen(0));
    stream.gap(100);
    // Ten stray bytes, a header that is none (refused), and inside of what it claims the true record.
    const decoy = Buffer.concat([Buffer.alloc(10, 9), Buffer.from([23, 3, 3, 0, 2]), record(23, 7), record(23, 8)]);
    stream.receive(decoy, 2, listen(7));
    expect(offers).toEqual([
      [2, 130],
      [7, 135],
      [8, 0],
    ]);
  });

  it('knows a record by its first three bytes', () => {
    expect(beginsRecord(Buffer.from([22, 3, 1]))).toBe(true);
    expect(beginsRecord(Buffer.from([0, 0, 0]))).toBe(false);
    expect(beginsRecord(Buffer.from([24, 3, 1]))).toBe(false);
    expect(beginsRecord(Buffer.from([22, 3]))).toBe(false);
  });
});
