import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;

/** What git leaves in a file where two branches did not agree; inside a comment no compiler sees it. */
const leftover = /^(<{7}|>{7}) /m;

const folders = ['src', 'ui', 'bin', 'bench', 'test', '.ci'];
const text = /\.(ts|tsx|js|cjs|mjs|json|md|go|java|yml|sh)$|\/run$/;

function files(): string[] {
  const inFolders = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  );
  const atTop = readdirSync(root, { encoding: 'utf8' });
  return [...inFolders, ...atTop].filter((name) => text.test(name));
}

describe('a merge leaves nothing behind', () => {
  it('in any text of the project', () => {
    const all = files();
    expect(all.length).toBeGreaterThan(1000);
    expect(all.filter((name) => leftover.test(readFileSync(join(root, name), 'utf8')))).toEqual([]);
  });

  it('and would be noticed', () => {
    expect(leftover.test(`a comment\n${'<'.repeat(7)} HEAD\n`)).toBe(true);
  });
});
