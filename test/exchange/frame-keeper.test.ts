import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameKeeper } from '../../src/exchange/frame-keeper.ts';

describe('FrameKeeper', () => {
  it('keeps copies that later frames and the source do not touch', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50_000 }), { maxLength: 30 }), (frames) => {
        const keeper = new FrameKeeper();
        const kept = frames.map((frame) => {
          // A Buffer, as sockets give them: its `slice` would be a view.
          const scratch = Buffer.from(frame);
          const copy = keeper.keep(scratch);
          scratch.fill(0xee);
          return copy;
        });
        for (let index = 0; index < frames.length; index++) {
          expect(Buffer.compare(kept[index] ?? new Uint8Array(), frames[index] ?? new Uint8Array())).toBe(0);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('gives a large frame a buffer of its own, so that it can be freed alone', () => {
    const keeper = new FrameKeeper();
    const small = keeper.keep(new Uint8Array(10));
    const other = keeper.keep(new Uint8Array(10));
    const large = keeper.keep(new Uint8Array(40_000));
    expect(small.buffer).toBe(other.buffer);
    expect(large.buffer).not.toBe(small.buffer);
    expect(large.buffer.byteLength).toBe(40_000);
  });
});
