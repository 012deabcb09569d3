import { readFileSync } from 'node:fs';
import process from 'node:process';
import { build, type Plugin, type RolldownOptions, watch } from 'rolldown';

// `npm run build` and, with --watch, `npm run dev`.
const root = new URL('../..', import.meta.url).pathname;

/** What every licence asks for: its text lies beside the code. */
const licences: Plugin = {
  name: 'licences',
  generateBundle() {
    const source = readFileSync(`${root}node_modules/commander/LICENSE`);
    this.emitFile({ type: 'asset', fileName: 'LICENSE-commander.txt', source });
  },
};

/**
 * Node makes the ES face of a builtin by reading all its properties, which loads what it had kept for later (streams,
 * the standard ones too, promises, Web Crypto). What this does not match stays an import, which is only slower.
 */
const builtins: Plugin = {
  name: 'builtins',
  renderChunk: (code) =>
    code.replace(/^import (?:(\w+)|\{([^}]*)\}) from "(node:[\w/]+)";$/gm, (_, whole, names, id) => {
      const pattern = whole ?? `{${names.replaceAll(' as ', ': ')}}`;
      return `const ${pattern} = globalThis.process.getBuiltinModule("${id}");`;
    }),
};

/** Small texts that the flags need: `--help` must not load the engine for them. */
const texts = /src.(?:wire.printable|protocol.error-codes|payloads.sasl|export.(?:quantity-text|text-table))[.]ts$/;

/** Rooms of which a run needs most. */
const rooms =
  /src.(?:wire|protocol|records|payloads|apis|redact|exchange|filter|insight|metrics|store|addons|export|session|runtime)./;

/**
 * How `dist` is made: some fifty files in one folder instead of four hundred, of which a command loads
 * twenty. Finding and reading a module costs more than compiling it: a small `analyze` waited for little else.
 */
const options = {
  cwd: root,
  input: {
    main: 'src/cli/main.ts',
    ui: 'ui/main.tsx',
    // Threads are found beside the file that starts them, whichever chunk that is: all chunks share one folder.
    'worker-main': 'src/runtime/worker-main.ts',
    'data-plane-thread': 'src/runtime/data-plane/data-plane-thread.ts',
    'recording-thread': 'src/runtime/recording/recording-thread.ts',
    // For the tests: a worker starts from a built file.
    'worker-runtime': 'src/runtime/worker-runtime.ts',
  },
  platform: 'node',
  // Packages that only the UI needs stay in node_modules; commander is seven files that every start would wait for.
  external: /^(?!\.{0,2}\/|[A-Za-z]:\\|commander$)/,
  tsconfig: 'tsconfig.json',
  // A module that is used for its constants alone is not loaded for them.
  treeshake: { moduleSideEffects: false },
  optimization: { inlineConst: { mode: 'all', pass: 2 } },
  transform: { target: 'node22.15' },
  plugins: [licences, builtins],
  output: {
    dir: `${root}dist`,
    cleanDir: true,
    format: 'esm',
    entryFileNames: '[name].js',
    // No hash: what runs in a checkout finds its chunks again after the next build.
    chunkFileNames: '[name].js',
    codeSplitting: {
      groups: [
        { name: 'commander', test: /node_modules.commander/, priority: 3 },
        { name: 'texts', test: texts, priority: 2 },
        { name: 'engine', test: rooms, minShareCount: 4, priority: 1 },
      ],
    },
    // Stacks and names stay readable; comments go.
    minify: false,
    minifyInternalExports: false,
    comments: { legal: true, annotation: false, jsdoc: false },
  },
} satisfies RolldownOptions;

if (process.argv.includes('--watch')) {
  watch(options).on('event', async (event) => {
    if (event.code === 'ERROR') process.stderr.write(`${event.error.message}\n`);
    if (event.code === 'BUNDLE_END') process.stdout.write(`built in ${event.duration} ms\n`);
    if (event.code === 'ERROR' || event.code === 'BUNDLE_END') await event.result.close();
  });
} else {
  await build(options);
}
