import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { greedyMatches } from '../../../src/records/codecs/greedy-matches.ts';
import { payloads } from './payloads.ts';

/** What the sequences mean. */
function replay(bytes: Uint8Array, sequences: readonly number[]): number[] {
  const output: number[] = [];
  for (let n = 0; n < sequences.length; n += 4) {
    const [start = 0, literals = 0, offset = 0, length = 0] = sequences.slice(n, n + 4);
    for (let at = start; at < start + literals; at += 1) output.push(bytes[at] ?? -1);
    for (let taken = 0; taken < length; taken += 1) output.push(output[output.length - offset] ?? -1);
  }
  return output;
}

describe('greedyMatches', () => {
  it('describes exactly its input, with references a block format can hold', () => {
    fc.assert(
      fc.property(payloads, fc.constantFrom(0, 5), (bytes, tail) => {
        const sequences = greedyMatches(bytes, 0, bytes.length, tail);
        expect(Buffer.compare(Uint8Array.from(replay(bytes, sequences)), bytes)).toBe(0);
        for (let n = 0; n < sequences.length - 4; n += 4) {
          expect(sequences[n + 2]).toBeGreaterThan(0);
          expect(sequences[n + 2]).toBeLessThanOrEqual(0xffff);
          expect(sequences[n + 3]).toBeGreaterThanOrEqual(4);
        }
        expect(sequences.at(-3)).toBeGreaterThanOrEqual(Math.min(tail, bytes.length));
      }),
      { numRuns: 60 },
    );
  });

  it('finds what repeats', () => {
    const bytes = new Uint8Array(Buffer.from('0123456789'.repeat(20)));
    expect(greedyMatches(bytes, 0, bytes.length, 5)).toEqual([0, 10, 10, 185, 195, 5, 0, 0]);
  });

  it('looks at nothing before its start', () => {
    const bytes = new Uint8Array(Buffer.from('0123456789'.repeat(8)));
    expect(greedyMatches(bytes, 20, 80, 0)).toEqual([20, 10, 10, 50, 80, 0, 0, 0]);
  });
});
