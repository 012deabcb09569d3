import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const root = new URL('../..', import.meta.url).pathname;

/** Builds `dist` once before the tests: what users start is what the end-to-end tests start. */
export function setup(): void {
  execFileSync(process.execPath, [join(root, 'bin/dev/bundle.ts')], { stdio: 'inherit' });
}
