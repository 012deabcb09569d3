import { describe, expect, it } from 'vitest';
import { parseSections } from '../../src/cli/section-flag.ts';

describe('parseSections', () => {
  it('takes names in the order wanted, each once', () => {
    expect(parseSections('slow, errors,slow')).toEqual(['slow', 'errors']);
    expect(parseSections('all')).toContain('connections');
  });

  it.each(['', ' , ', 'slow,clints'])('refuses %j with what there is', (text) => {
    expect(() => parseSections(text)).toThrow(/clients/);
  });
});
