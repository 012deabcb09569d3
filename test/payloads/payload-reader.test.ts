import { describe, expect, it } from 'vitest';
import { payloadReaders } from '../../src/payloads/index.ts';
import { isRedacted, nowhere } from '../../src/payloads/payload-reader.ts';

describe('payload readers', () => {
  it('have a name of their own each, and match nothing nowhere', () => {
    const names = payloadReaders.map((reader) => reader.name);
    expect(new Set(names).size).toBe(names.length);
    for (const reader of payloadReaders) expect(reader.matches(nowhere, new Uint8Array(4)), reader.name).toBe(false);
    expect(nowhere.lookup('anything')).toBeUndefined();
  });

  it('know stars from bytes', () => {
    expect(isRedacted(new Uint8Array(3).fill(0x2a))).toBe(true);
    expect(isRedacted(new Uint8Array([0x2a, 0x2b]))).toBe(false);
    expect(isRedacted(new Uint8Array(0))).toBe(false);
  });
});
