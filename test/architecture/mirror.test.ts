import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sourcesWithoutTwin } from './mirror-exceptions.ts';

const root = new URL('../..', import.meta.url).pathname;

/** Files that hold only types or a list, and generated tables, need no twin. */
const exempt =
  /(^|\/)(index|types|limits|snapshot|runtime|exchange|event|segment|frame|field-span|metrics-snapshot|profile|run-config|source|worker-message|context|path-facts|finding|opening|rule|report-facts|sections|connection-context|frame-path-host)\.ts$|^src\/protocol\/schema\//;

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name}`)
    .filter((name) => /\.tsx?$/.test(name) && !exempt.test(name));
}

function hasTwin(source: string): boolean {
  const base = source.replace(/\.tsx?$/, '');
  return (
    existsSync(join(root, 'test', `${base.replace(/^src\//, '')}.test.ts`)) ||
    existsSync(join(root, 'test', `${base.replace(/^src\//, '')}.test.tsx`))
  );
}

describe('every source has a twin test', () => {
  const missing = [...sources('src'), ...sources('ui')].filter((source) => !hasTwin(source)).sort();

  it('or stands in the list of exceptions', () => {
    expect(missing.filter((source) => !sourcesWithoutTwin.includes(source))).toEqual([]);
  });

  it('and the list of exceptions names no file that has one', () => {
    expect(sourcesWithoutTwin.filter((source) => !missing.includes(source))).toEqual([]);
  });
});
