// The law of imports, one direction (src/README.md says why). A room may import the rooms listed for it and itself.
// Everything else is forbidden, so a new room starts with no rights until it gets a line here.
const core = ['wire'];
const grammar = [...core, 'protocol'];
const records = [...grammar, 'records'];
const knowledge = [...records, 'payloads', 'apis'];
const exchange = [...records, 'payloads', 'apis', 'redact', 'exchange'];
const analysis = [...exchange, 'filter', 'insight', 'metrics'];
const keeping = [...analysis, 'store', 'addons'];
const output = [...keeping, 'export', 'session'];

/** room → rooms it may import (itself is always allowed). */
const rooms = {
  wire: [],
  protocol: core,
  records: grammar,
  payloads: records,
  apis: records,
  redact: knowledge,
  exchange: [...knowledge, 'redact'],
  filter: exchange,
  insight: exchange,
  metrics: exchange,
  store: [...exchange, 'filter', 'insight', 'metrics'],
  addons: [...exchange, 'filter'],
  export: keeping,
  session: keeping,
  capture: [...knowledge, 'redact', 'exchange'],
  proxy: [...knowledge, 'redact', 'exchange', 'metrics', 'addons'],
  broker: knowledge,
  workload: knowledge,
  runtime: [...output, 'capture', 'proxy', 'broker', 'workload'],
  cli: [...output, 'capture', 'proxy', 'broker', 'workload', 'runtime'],
};

/** Rooms that do no input or output and own no clock: everything up to session. */
const sansIo = [
  'wire',
  'protocol',
  'records',
  'payloads',
  'apis',
  'redact',
  'exchange',
  'filter',
  'insight',
  'metrics',
  'store',
  'addons',
  'export',
  'session',
];
const ioModules =
  '^(node:)?(net|tls|dns|fs|fs/promises|http|http2|https|child_process|worker_threads|process|timers|timers/promises|perf_hooks|dgram|os|readline)$';

const forbidden = [
  { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  { name: 'no-orphan-imports', severity: 'error', from: {}, to: { couldNotResolve: true } },
  { name: 'src-never-imports-ui', severity: 'error', from: { path: '^src/' }, to: { path: '^ui/' } },
  { name: 'nobody-imports-tests', severity: 'error', from: { path: '^(src|ui)/' }, to: { path: '^(test|bench|bin)/' } },
  { name: 'sans-io', severity: 'error', from: { path: `^src/(${sansIo.join('|')})/` }, to: { path: ioModules } },
  {
    name: 'zlib-only-in-codecs',
    severity: 'error',
    from: { path: '^(src|ui)/', pathNot: '^src/(records/codecs|capture)/' },
    to: { path: '^(node:)?zlib$' },
  },
  {
    name: 'sockets-only-in-proxy',
    severity: 'error',
    // A pipe is read as a socket that connects to nothing (`pipe-bytes.ts`).
    from: {
      path: '^(src|ui)/',
      pathNot: '^src/(proxy|broker|workload)/|^src/runtime/metrics-server[.]ts$|^src/capture/pipe-bytes[.]ts$',
    },
    to: { path: '^(node:)?(net|tls|dgram|http|https)$' },
  },
  {
    name: 'schema-through-its-index',
    severity: 'error',
    from: { path: '^(src|ui)/', pathNot: '^src/protocol/schema/' },
    to: { path: '^src/protocol/schema/[0-9]', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'ink-only-in-ui',
    severity: 'error',
    from: { path: '^src/' },
    to: { path: 'node_modules/(ink|react|blessed|blessed-contrib)/' },
  },
  {
    name: 'ui-model-is-pure',
    severity: 'error',
    from: { path: '^ui/model/' },
    to: { path: '(^ui/(view|chart|terminal)/|node_modules/(ink|react|blessed|blessed-contrib|chalk)/)' },
  },
  {
    name: 'ui-model-imports',
    severity: 'error',
    from: { path: '^ui/model/' },
    to: { path: '^src/', pathNot: '^src/(wire|protocol|exchange|filter|insight|metrics|store|runtime/runtime)' },
  },
  {
    name: 'ui-view-imports',
    severity: 'error',
    from: { path: '^ui/(view|chart|terminal)/' },
    to: {
      path: '^src/',
      pathNot: '^src/(store/snapshot|metrics/metrics-snapshot|runtime/runtime|protocol/field-span)',
    },
  },
];
for (const [room, allowed] of Object.entries(rooms)) {
  forbidden.push({
    name: `room-${room}`,
    severity: 'error',
    from: { path: `^src/${room}/` },
    to: { path: '^src/', pathNot: `^src/(${[room, ...allowed].join('|')})/` },
  });
}

module.exports = {
  forbidden,
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.cjs', '.mjs'],
    },
  },
};
