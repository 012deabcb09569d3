import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CaptureLimits, captureLimits, LimitCounter } from '../../src/capture/limits.ts';
import { RoundTripSteps } from '../../src/capture/round-trip-steps.ts';
import { TcpStream, type TcpTotals } from '../../src/capture/tcp-stream.ts';
import type { StreamListener } from '../../src/capture/types.ts';

/** A stream under test and what it told, as text: data as it is, `[3]` for a gap of three, `.` for the end. */
class Scene {
  readonly totals: TcpTotals = {
    bufferedBytes: 0,
    gaps: 0,
    missingBytes: 0,
    repeatedBytes: 0,
    lateSegments: 0,
    roundTrips: new RoundTripSteps(),
  };
  readonly counter = new LimitCounter();
  readonly stream: TcpStream;
  told = '';
  readonly times: number[] = [];

  constructor(first: number, limits: Partial<CaptureLimits> = {}) {
    this.stream = new TcpStream(0, { ...captureLimits, ...limits }, this.counter, this.totals);
    const listener: StreamListener = {
      data: (_side, bytes, atUs) => {
        this.told += Buffer.from(bytes).toString('latin1');
        for (let count = 0; count < bytes.length; count += 1) this.times.push(atUs);
      },
      gap: (_side, missingBytes) => {
        this.told += `[${missingBytes}]`;
      },
      ended: () => {
        this.told += '.';
      },
      closed: () => undefined,
    };
    this.stream.attach(listener);
    this.stream.begin(first, true);
  }

  say(sequence: number, text: string, atUs = 0, wireBytes = text.length): this {
    this.stream.receive(sequence, Buffer.from(text, 'latin1'), wireBytes, atUs);
    return this;
  }
}

describe('TcpStream', () => {
  it('tells what comes in order at once', () => {
    expect(new Scene(100).say(100, 'abc').say(103, 'de').told).toBe('abcde');
  });

  it('waits for the segment that fills a hole, and gives what waited its time', () => {
    const scene = new Scene(0).say(0, 'ab', 1).say(4, 'ef', 2).say(6, 'gh', 3);
    expect(scene.told).toBe('ab');
    scene.say(2, 'cd', 9);
    expect(scene.told).toBe('abcdefgh');
    expect(scene.times).toEqual([1, 1, 9, 9, 9, 9, 9, 9]);
    expect(scene.totals.bufferedBytes).toBe(0);
  });

  it('keeps the bytes seen first where segments overlap', () => {
    expect(new Scene(0).say(0, 'abc').say(1, 'XYd').told).toBe('abcd');
    expect(new Scene(0).say(3, 'def').say(0, 'abcXYZg').told).toBe('abcdefg');
    expect(new Scene(0).say(2, 'c').say(5, 'f').say(1, 'bXdeYg').say(0, 'a').told).toBe('abcdefg');
  });

  it('ignores retransmissions, in whatever segmentation, and keep-alives', () => {
    const scene = new Scene(10).say(10, 'abc').say(13, 'def');
    scene.say(10, 'abcdef').say(11, 'b').say(15, '\0').say(12, 'cdefg');
    expect(scene.told).toBe('abcdefg');
    expect(scene.totals.repeatedBytes).toBe(6 + 1 + 1 + 4);
  });

  it('goes on across the wrap of sequence numbers', () => {
    const scene = new Scene(0xffff_fffd).say(0xffff_fffd, 'ab').say(1, 'ef').say(0xffff_ffff, 'cd');
    expect(scene.told).toBe('abcdef');
  });

  it('shows what the snaplen cut as a gap of known size', () => {
    expect(new Scene(0).say(0, 'abc', 0, 10).say(10, 'de').told).toBe('abc[7]de');
    expect(new Scene(0).say(10, 'de').say(0, 'abc', 0, 10).told).toBe('abc[7]de');
  });

  it('ends where the FIN says, also when the FIN comes before the data', () => {
    const scene = new Scene(0).say(0, 'ab');
    scene.stream.finish(4, 5);
    expect(scene.told).toBe('ab');
    scene.say(2, 'cd');
    expect(scene.told).toBe('abcd.');
    scene.say(4, 'no more');
    expect(scene.told).toBe('abcd.');
  });

  describe('declares a gap', () => {
    it('when the peer acknowledged the hole and answered', () => {
      const scene = new Scene(0).say(0, 'ab').say(4, 'ef', 7);
      scene.stream.acknowledge(6, true, 8);
      expect(scene.told).toBe('ab[2]ef');
      expect(scene.times).toEqual([0, 0, 7, 7]);
      expect(scene.totals).toMatchObject({ gaps: 1, missingBytes: 2, bufferedBytes: 0 });
    });

    it('not at once on a bare acknowledgment: captures reorder packets by microseconds', () => {
      const scene = new Scene(0).say(0, 'ab').say(4, 'ef', 7);
      scene.stream.acknowledge(6, false, 8);
      expect(scene.told).toBe('ab');
      scene.say(2, 'cd', 9);
      expect(scene.told).toBe('abcdef');
    });

    it('on a bare acknowledgment some milliseconds old', () => {
      const scene = new Scene(0).say(0, 'ab').say(4, 'ef', 7);
      scene.stream.acknowledge(6, false, 8);
      scene.stream.acknowledge(6, false, 20_000);
      expect(scene.told).toBe('ab[2]ef');
    });

    it('not on an acknowledgment of less than the hole', () => {
      const scene = new Scene(0).say(0, 'ab').say(4, 'ef');
      scene.stream.acknowledge(3, true, 100_000);
      expect(scene.told).toBe('ab');
    });

    it('when the acknowledged data was never seen and newer data comes', () => {
      const scene = new Scene(0).say(0, 'ab');
      scene.stream.acknowledge(4, true, 10);
      expect(scene.told).toBe('ab');
      scene.say(4, 'ef', 60_000);
      expect(scene.told).toBe('ab[2]ef');
    });

    it('when a limit of what may be held is reached, and counts that', () => {
      const bytes = new Scene(0, { bufferedBytesPerStreamMax: 400 }).say(10, 'a'.repeat(100)).say(200, 'b'.repeat(200));
      expect(bytes.told).toBe(`[10]${'a'.repeat(100)}`);
      expect(bytes.counter.counts()).toEqual({ bufferedBytesPerStreamMax: 1 });
      const pieces = new Scene(0, { bufferedSegmentsPerStreamMax: 2 }).say(1, 'b').say(3, 'd').say(5, 'f');
      expect(pieces.told).toBe('[1]b');
      expect(pieces.counter.counts()).toEqual({ bufferedSegmentsPerStreamMax: 1 });
      const total = new Scene(0, { bufferedBytesMax: 200 }).say(1, 'b').say(3, 'd');
      expect(total.told).toBe('[1]b');
      expect(total.counter.counts()).toEqual({ bufferedBytesMax: 1 });
    });

    it('at the end of the capture, before a FIN as well', () => {
      const scene = new Scene(0).say(0, 'ab').say(4, 'ef').say(8, 'ij');
      scene.stream.finish(12, 3);
      scene.stream.flush(9);
      expect(scene.told).toBe('ab[2]ef[2]ij[2].');
    });
  });

  it('rebuilds any stream from any order, overlap and repetition of its pieces', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xffff_ffff }),
        fc.string({ unit: fc.constantFrom(...'abcdefghijklmnop'), minLength: 1, maxLength: 120 }),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 30 })), { maxLength: 60 }),
        fc.integer({ min: 1, max: 17 }),
        (first, text, extra, step) => {
          const pieces: [number, string][] = [];
          for (let at = 0; at < text.length; at += step) pieces.push([at, text.slice(at, at + step)]);
          for (const [start, length] of extra) {
            const at = start % text.length;
            pieces.splice(start % (pieces.length + 1), 0, [at, text.slice(at, at + length)]);
          }
          // Deterministic shuffle by the bytes' own positions.
          pieces.sort(([a], [b]) => ((a * 7_919) % 31) - ((b * 7_919) % 31));
          const scene = new Scene(first);
          for (const [at, piece] of pieces) scene.say((first + at) >>> 0, piece);
          expect(scene.told).toBe(text);
          expect(scene.totals).toMatchObject({ bufferedBytes: 0, gaps: 0 });
        },
      ),
      { numRuns: 500 },
    );
  });

  it('puts a gap exactly where pieces never came', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xffff_ffff }),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.boolean()), { minLength: 1, maxLength: 30 }),
        fc.boolean(),
        (first, pieces, backwards) => {
          let at = 0;
          let missing = 0;
          let expected = '';
          const parts: [number, string][] = [];
          for (const [length, lost] of pieces) {
            if (lost) missing += length;
            else {
              if (missing > 0) expected += `[${missing}]`;
              missing = 0;
              expected += 'x'.repeat(length);
              parts.push([at, 'x'.repeat(length)]);
            }
            at += length;
          }
          expected += missing > 0 ? `[${missing}].` : '.';
          const scene = new Scene(first);
          for (const [start, piece] of backwards ? parts.toReversed() : parts) scene.say((first + start) >>> 0, piece);
          scene.stream.finish((first + at) >>> 0, 1);
          scene.stream.flush(2);
          expect(scene.told).toBe(expected);
        },
      ),
      { numRuns: 500 },
    );
  });
});
