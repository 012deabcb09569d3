import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

/**
 * Makes fixtures/golden from the full golden corpus (a folder given as the argument): for every API, version and
 * direction the shortest line of each telling variant, small enough to keep in the tree.
 */
const variants = ['rich', 'tags', 'nulls', 'minimal'];
const fixtures = new URL('../../fixtures/golden/', import.meta.url).pathname;

function linesOf(folder: string, name: string): string[] {
  return gunzipSync(readFileSync(join(folder, name)))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
}

interface Golden {
  readonly key: number;
  readonly type: string;
  readonly version: number;
  readonly variant: string;
  readonly kind: string;
}

function shortest(lines: readonly string[], identity: (golden: Golden) => string | null): string[] {
  const best = new Map<string, string>();
  for (const line of lines) {
    const name = identity(JSON.parse(line) as Golden);
    if (name === null) continue;
    const known = best.get(name);
    if (known === undefined || line.length < known.length) best.set(name, line);
  }
  return [...best.values()];
}

function messageIdentity(golden: Golden): string | null {
  if (!variants.includes(golden.variant)) return null;
  return `${golden.key} ${golden.type} ${golden.version} ${golden.variant}`;
}

function write(name: string, lines: readonly string[]): void {
  const data = gzipSync(`${lines.join('\n')}\n`, { level: 9 });
  writeFileSync(join(fixtures, name), data);
  console.log(`${name}: ${lines.length} lines, ${data.length} bytes`);
}

function main(folder: string | undefined): void {
  if (folder === undefined) throw new Error('usage: node bin/dev/sample-golden.ts <folder of the golden corpus>');
  mkdirSync(fixtures, { recursive: true });
  const newest = linesOf(folder, 'messages-4.4.0.ndjson.gz');
  const older = linesOf(folder, 'messages-3.9.1.ndjson.gz');
  const combo = (line: string): string => {
    const { key, type, version } = JSON.parse(line) as Golden;
    return `${key} ${type} ${version}`;
  };
  const covered = new Set(newest.map(combo));
  const disagreeing = new Set([
    '28 request 3',
    '28 request 4',
    '52 request 0',
    '52 request 1',
    '74 response 0',
    '87 response 0',
  ]);
  const onlyOlder = older.filter((line) => !covered.has(combo(line)) || disagreeing.has(combo(line)));
  write('messages-4.4.0.ndjson.gz', shortest(newest, messageIdentity));
  write('messages-3.9.1.ndjson.gz', shortest(onlyOlder, messageIdentity));
  const nested = linesOf(folder, 'nested.ndjson.gz');
  write(
    'nested.ndjson.gz',
    shortest(nested, (golden) => `${golden.kind} ${golden.version} ${golden.variant}`),
  );
  const codes = (JSON.parse(readFileSync(join(folder, 'error-codes.json'), 'utf8')) as Record<string, unknown[]>)[
    '4.4.0'
  ];
  const rows = (codes ?? []).map((code) => JSON.stringify(code, ['code', 'name', 'retriable']));
  write('error-codes.ndjson.gz', rows);
}

main(process.argv[2]);
