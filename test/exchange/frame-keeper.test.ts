import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameKeeper } from '../../src/exchange/frame-keeper.ts';
import { exchangeFixture, messageFixture } from '../support/exchange-fixture.ts';

describe('FrameKeeper', () => {
  it('keeps copies that later frames, the source and given-back frames do not touch', () => {
    const step = fc.oneof(fc.uint8Array({ maxLength: 400_000, size: 'max' }), fc.nat(20));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const keeper = new FrameKeeper();
        const kept: { copy: Uint8Array; expected: Uint8Array }[] = [];
        for (const one of steps) {
          if (typeof one === 'number') {
            const [given] = kept.splice(one, 1);
            if (given !== undefined) keeper.release(given.copy);
            continue;
          }
          // A Buffer, as sockets give them: its `slice` would be a view.
          const scratch = Buffer.from(one);
          kept.push({ copy: keeper.keep(scratch), expected: one });
          scratch.fill(0xee);
        }
        for (const { copy, expected } of kept) expect(Buffer.compare(copy, expected)).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it('gives a very large frame a buffer of its own', () => {
    const keeper = new FrameKeeper();
    const small = keeper.keep(new Uint8Array(10));
    const large = keeper.keep(new Uint8Array(2_000_000));
    expect(large.buffer).not.toBe(small.buffer);
    expect(large.length).toBe(2_000_000);
    keeper.release(large);
  });

  it('needs no new memory while as much is given back as comes in', () => {
    const keeper = new FrameKeeper();
    const buffers = new Set<ArrayBufferLike>();
    const queue: Uint8Array[] = [];
    for (let frame = 0; frame < 2_000; frame++) {
      const copy = keeper.keep(new Uint8Array(100_000));
      buffers.add(copy.buffer);
      queue.push(copy);
      const oldest = queue.length > 50 ? queue.shift() : undefined;
      if (oldest !== undefined) keeper.release(oldest);
    }
    expect(buffers.size).toBeLessThan(60);
  });

  it('shows frames held by number until they are let go, its own and those of others', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.uint8Array({ maxLength: 90_000, size: 'max' }), fc.nat(9))), (steps) => {
        const keeper = new FrameKeeper();
        const held: { number: number; start: number; expected: Uint8Array }[] = [];
        steps.forEach((one, index) => {
          if (typeof one === 'number') {
            const [given] = held.splice(one, 1);
            if (given !== undefined) keeper.letGo(given.number);
            return;
          }
          const bytes = index % 5 === 0 ? one.slice() : keeper.keep(one);
          held.push({ number: keeper.hold(bytes), start: bytes.byteOffset, expected: one });
        });
        for (const { number, start, expected } of held) {
          expect(Buffer.compare(keeper.view(number, start, expected.length), expected)).toBe(0);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('writes the same bytes again and again where everything is given back at once', () => {
    const keeper = new FrameKeeper();
    const buffers = new Set<ArrayBufferLike>();
    for (let frame = 0; frame < 1_000; frame++) {
      const copy = keeper.keep(new Uint8Array(10_000));
      buffers.add(copy.buffer);
      expect(copy.byteOffset).toBe(0);
      keeper.releaseExchange(exchangeFixture(1, { request: { ...messageFixture(1, 10_000), bytes: copy } }));
    }
    expect(buffers.size).toBe(1);
  });

  it('takes a large frame over that was assembled in a buffer it lent, and lends it again afterwards', () => {
    const keeper = new FrameKeeper();
    const lent = keeper.lend(200_000);
    const frame = lent.subarray(0, 200_000);
    const kept = keeper.keep(frame);
    expect(kept).toBe(frame);
    const number = keeper.hold(kept);
    expect(keeper.view(number, kept.byteOffset, kept.length)).toEqual(kept);
    expect(keeper.lend(200_000).buffer).not.toBe(lent.buffer);
    keeper.letGo(number);
    const again = keeper.lend(200_000);
    expect(again.buffer).toBe(lent.buffer);
    keeper.takeBack(again);
    expect(keeper.lend(200_000).buffer).toBe(lent.buffer);
  });

  it('copies what it has already taken over once', () => {
    const keeper = new FrameKeeper();
    const kept = keeper.keep(keeper.lend(100_000));
    expect(keeper.keep(kept).buffer).not.toBe(kept.buffer);
  });

  it('shows nothing of a frame that nobody holds', () => {
    expect(new FrameKeeper().view(3, 0, 10)).toHaveLength(0);
  });
});
