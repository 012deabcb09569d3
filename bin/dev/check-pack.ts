import { execFileSync } from 'node:child_process';

// What `npm publish` would send: everything needed, nothing else, and not much of it.
const packedBytesMax = 2_000_000;
const needed = [
  'bin/kafka-scope.js',
  'dist/main.js',
  'dist/ui.js',
  'dist/worker-main.js',
  'dist/data-plane-thread.js',
  'dist/recording-thread.js',
  'dist/LICENSE-commander.txt',
  'LICENSE',
  'NOTICE',
  'README.md',
];
const forbidden = /^(src|ui|test|fixtures|bench|bin\/dev|dist\/compiled)\/|\.pcap/;

interface Pack {
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

const text = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' });
const parsed: unknown = JSON.parse(text);
// npm prints a list of packages, or an object keyed by their names, by its version.
const packs = Object.values(parsed as Record<string, Pack>);
const pack = packs[0];
if (pack === undefined) throw new Error('npm pack named no package');
const paths = pack.files.map((file) => file.path);
const problems = [
  ...needed.filter((path) => !paths.includes(path)).map((path) => `missing: ${path}`),
  ...paths.filter((path) => forbidden.test(path)).map((path) => `does not belong in the package: ${path}`),
  ...(pack.size > packedBytesMax ? [`${pack.size} bytes packed, the limit is ${packedBytesMax}`] : []),
];
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.stdout.write(`${paths.length} files, ${pack.size} bytes packed\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
