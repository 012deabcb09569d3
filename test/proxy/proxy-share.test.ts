import { describe, expect, it } from 'vitest';
import { wholeProxy } from '../../src/proxy/proxy-share.ts';

describe('the share of a proxy that stands alone', () => {
  it('numbers connections from 1 and has no others', () => {
    const share = wholeProxy();
    expect([share.nextConnectionId(), share.nextConnectionId()]).toEqual([1, 2]);
    expect(share.othersOpen(5)).toBe(0);
    expect(share.follow).toBeNull();
    expect(share.lookRoom).toBeNull();
  });

  it('remembers that its own question came back', () => {
    const share = wholeProxy();
    expect(share.looped()).toBe(false);
    share.noteLoop();
    expect(share.looped()).toBe(true);
  });
});
