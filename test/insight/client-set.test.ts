import { describe, expect, it } from 'vitest';
import { ClientSet } from '../../src/insight/client-set.ts';

describe('ClientSet', () => {
  it('keeps distinct names, the first of them', () => {
    const set = new ClientSet();
    for (const name of ['b', 'a', 'b', null]) set.add(name);
    expect(set.list()).toEqual({ names: ['b', 'a', '(none)'], more: false });
  });

  it('says that there were more than it keeps', () => {
    const set = new ClientSet();
    for (let name = 0; name < 100; name += 1) set.add(String(name));
    expect(set.list().names).toHaveLength(32);
    expect(set.list().more).toBe(true);
  });
});
