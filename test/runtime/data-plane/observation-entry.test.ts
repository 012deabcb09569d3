import { describe, expect, it } from 'vitest';
import { entryKind, segmentHeadBytes, skippedBytes } from '../../../src/runtime/data-plane/observation-entry.ts';

describe('entries of a ring of observations', () => {
  it('are told apart by their first word', () => {
    expect(new Set(Object.values(entryKind)).size).toBe(6);
  });

  it('have the kind and three or four numbers ahead', () => {
    expect(segmentHeadBytes).toBe(4 + 3 * 8);
    expect(skippedBytes).toBe(4 + 4 * 8);
  });
});
