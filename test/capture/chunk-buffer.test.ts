import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChunkBuffer } from '../../src/capture/chunk-buffer.ts';

describe('ChunkBuffer', () => {
  it('gives the same bytes whatever the chunks and the pieces asked for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 12 }),
        fc.array(fc.tuple(fc.constantFrom('peek', 'take', 'skip'), fc.integer({ min: 0, max: 30 })), { maxLength: 40 }),
        (chunks, steps) => {
          const all = Buffer.concat(chunks);
          const buffer = new ChunkBuffer();
          for (const chunk of chunks) buffer.push(chunk);
          let at = 0;
          for (const [step, count] of steps) {
            const expected = all.subarray(at, at + count).toString('hex');
            const there = at + count <= all.length;
            if (step === 'skip') {
              expect(buffer.skip(count)).toBe(Math.min(count, all.length - at));
              at = Math.min(all.length, at + count);
            } else {
              const bytes = step === 'peek' ? buffer.peek(count) : buffer.take(count);
              expect(bytes === null ? null : Buffer.from(bytes).toString('hex')).toBe(there ? expected : null);
              if (there && step === 'take') at += count;
            }
            expect(buffer.offset).toBe(at);
            expect(buffer.available).toBe(all.length - at);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('keeps what is left of a chunk whose buffer is read into again', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 80 }),
        (all, chunkBytes, pieces) => {
          const buffer = new ChunkBuffer();
          const reused = new Uint8Array(chunkBytes);
          let pushed = 0;
          let at = 0;
          for (const count of pieces) {
            while (!buffer.holds(count) && pushed < all.length) {
              // As a file reader does: one buffer, filled again once the chunk before was worked on.
              buffer.settle();
              reused.fill(0xee);
              const next = all.subarray(pushed, pushed + chunkBytes);
              reused.set(next);
              buffer.push(reused.subarray(0, next.length));
              pushed += next.length;
            }
            if (!buffer.holds(count)) break;
            const piece = buffer.bytes.subarray(buffer.at, buffer.at + count);
            expect(Buffer.from(piece).toString('hex')).toBe(Buffer.from(all.subarray(at, at + count)).toString('hex'));
            buffer.consume(count);
            at += count;
            expect([buffer.offset, buffer.available]).toEqual([at, pushed - at]);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('hands out views where it can: a piece within one chunk is not copied', () => {
    const chunk = Uint8Array.of(1, 2, 3, 4);
    const buffer = new ChunkBuffer();
    buffer.push(chunk);
    expect(buffer.take(2)?.buffer).toBe(chunk.buffer);
  });
});
