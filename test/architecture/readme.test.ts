import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { withKeys } from '../../bin/dev/readme-keys.ts';

describe('README', () => {
  it('lists the keys that exist (npm run readme)', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const cells = (text: string) => text.replaceAll(/[ -]+/g, ' ');
    expect(cells(withKeys(readme))).toBe(cells(readme));
  });
});
