#!/usr/bin/env node
// Plain JavaScript that any Node can parse: an old one must get a sentence, not a stack.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 15)) {
  process.stderr.write(
    `kafka-scope needs Node.js 22.15 or newer, this is ${process.versions.node}. Install a newer one, or in a clone use "npm run demo": it brings its own.\n`,
  );
  process.exit(1);
}

// An import would load all that these modules keep for later, and an old Node has not all of their names.
const { existsSync, readFileSync } = process.getBuiltinModule('node:fs');
const { enableCompileCache } = process.getBuiltinModule('node:module');
const { fileURLToPath } = process.getBuiltinModule('node:url');

const dist = new URL('../dist/', import.meta.url);
if (!existsSync(new URL('main.js', dist))) {
  process.stderr.write('kafka-scope is not built yet: run "npm install && npm run build" in its folder first.\n');
  process.exit(1);
}

// Compiled code is kept beside the program, as Python does: who can write there can change the program anyway. Where
// nobody can, Node does without. Threads take it from the environment.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('compiled', dist));
enableCompileCache(process.env.NODE_COMPILE_CACHE);

// React picks its build when it is first loaded; the development build draws five times slower.
process.env.NODE_ENV ??= 'production';

// Linux gives each thread a priority of its own. The run has a thread already, which keeps the usual one: where
// processors are short, the screen comes late, not the traffic.
function drawBehindTraffic() {
  if (process.platform !== 'linux') return;
  try {
    process.getBuiltinModule('node:os').setPriority(0, 10);
  } catch {
    // Not allowed here: both stay equal.
  }
}

const { main } = await import(new URL('main.js', dist));
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

await main(
  process.argv.slice(2),
  {
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    openTui: async (runtime, options) => {
      const { openTui } = await import(new URL('ui.js', dist));
      drawBehindTraffic();
      return openTui(runtime, options);
    },
    exit: (code) => {
      // Asked twice (a second signal): the person does not want to wait for anything.
      if (process.exitCode !== undefined) process.exit(code);
      process.exitCode = code;
      // What was written must reach a slow reader first; then nothing may hold the process.
      process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
    },
  },
  version,
);
