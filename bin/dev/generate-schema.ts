import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import {
  apiFileName,
  emitApi,
  emitExceptions,
  emitIndex,
  emitLoose,
  emitProvenance,
  type MergedApi,
} from './emit-files.ts';
import { emitRecords, type RecordSource } from './emit-records.ts';
import { type KafkaJar, openKafkaJar } from './kafka-jar.ts';
import { type Disagreement, type MergedSpec, mergeSpecs } from './merge.ts';
import { secretFields } from './secrets.ts';
import { readSpec, type Spec } from './spec.ts';

/** The release whose layout wins. Adding the next Kafka release means changing this line, running, reading the diff. */
const newestRelease = '4.4.0';
/** The last release before Kafka 4 dropped old versions (KIP-896); it keeps what clients in the field still send. */
const olderRelease = '3.9.1';

/** Jars with the specs of records, each in the newest version that Maven Central has (kafka-streams 4.4.0 is not there). */
const recordSources: readonly RecordSource[] = [
  {
    artifact: 'kafka-group-coordinator',
    version: newestRelease,
    file: 'consumer-offsets',
    title: 'Records of `__consumer_offsets`',
  },
  {
    artifact: 'kafka-transaction-coordinator',
    version: newestRelease,
    file: 'transaction-state',
    title: 'Records of `__transaction_state`',
  },
  {
    artifact: 'kafka-share-coordinator',
    version: newestRelease,
    file: 'share-group-state',
    title: 'Records of `__share_group_state`',
  },
  {
    artifact: 'kafka-metadata',
    version: newestRelease,
    file: 'cluster-metadata',
    title: 'Records of `__cluster_metadata`',
  },
  {
    artifact: 'kafka-streams',
    version: '4.3.1',
    file: 'streams-subscription',
    title: 'User data in the subscription of a Kafka Streams member',
  },
];

const folder = new URL('../../src/protocol/schema/', import.meta.url).pathname;

/** Disagreements that are known and harmless; any other stops the generator so that a person reads it first. */
const knownDisagreements: ReadonlyMap<string, string> = new Map([
  ['TxnOffsetCommitRequest 3', '`generationId` is `generationIdOrMemberEpoch` since 4.4.0'],
  ['TxnOffsetCommitRequest 4', '`generationId` is `generationIdOrMemberEpoch` since 4.4.0'],
  ['VoteRequest 0', '`candidateEpoch`, `candidateId` are `replicaEpoch`, `replicaId` since 4.0 (KIP-996)'],
  ['VoteRequest 1', '`candidate…` names are `replica…` since 4.0 (KIP-996)'],
  [
    'ListConfigResourcesResponse 0',
    '`clientMetricsResources[].name` is `configResources[].resourceName` since 4.1 (KIP-1142)',
  ],
  ['ReadShareGroupStateSummaryResponse 0', '4.x adds `leaderEpoch`: bytes of an early-access 3.9 broker read wrongly'],
]);

function specsByIdentity(jar: KafkaJar): Map<string, Spec> {
  const specs = new Map<string, Spec>();
  for (const [file, text] of jar.specs) {
    const spec = readSpec(file, text);
    specs.set(spec.apiKey >= 0 ? `${spec.apiKey} ${spec.type}` : spec.name, spec);
  }
  return specs;
}

function apiNameOf(spec: Spec): string {
  return spec.name.replace(/Request$/, '');
}

function mergeApis(newest: Map<string, Spec>, older: Map<string, Spec>): MergedApi[] {
  const apis: MergedApi[] = [];
  const keys = new Set([...newest.values(), ...older.values()].map((spec) => spec.apiKey).filter((key) => key >= 0));
  for (const key of [...keys].sort((a, b) => a - b)) {
    const request = mergeSpecs(newest.get(`${key} request`), older.get(`${key} request`));
    const response = mergeSpecs(newest.get(`${key} response`), older.get(`${key} response`));
    const name = apiNameOf(request.newest);
    const olderSpec = older.get(`${key} request`);
    const olderName = olderSpec === undefined || apiNameOf(olderSpec) === name ? null : apiNameOf(olderSpec);
    apis.push({ key, name, olderName, request, response });
  }
  return apis;
}

function checkDisagreements(found: readonly Disagreement[]): void {
  const names = found.map((one) => `${one.name} ${one.version}`);
  const unlisted = names.filter((name) => !knownDisagreements.has(name));
  const gone = [...knownDisagreements.keys()].filter((name) => !names.includes(name));
  if (unlisted.length > 0)
    throw new Error(`${olderRelease} and ${newestRelease} disagree, and no list names it: ${unlisted.join(', ')}`);
  if (gone.length > 0) throw new Error(`listed disagreements that are not there any more: ${gone.join(', ')}`);
}

function checkSecrets(used: ReadonlySet<string>): void {
  for (const [message, paths] of secretFields) {
    for (const path of paths) {
      if (!used.has(`${message} ${path}`)) throw new Error(`secret field ${message} ${path} is in no table`);
    }
  }
}

function generate(newest: KafkaJar, older: KafkaJar, recordJars: readonly KafkaJar[]): Map<string, string> {
  const newestSpecs = specsByIdentity(newest);
  const olderSpecs = specsByIdentity(older);
  const apis = mergeApis(newestSpecs, olderSpecs);
  const looseNames = [
    ...new Set([...newestSpecs, ...olderSpecs].filter(([, spec]) => spec.apiKey < 0).map(([name]) => name)),
  ].sort();
  const loose = looseNames.map((name) => mergeSpecs(newestSpecs.get(name), olderSpecs.get(name)));
  const ofType = (type: Spec['type']): MergedSpec[] => loose.filter((merged) => merged.newest.type === type);
  const found = [
    ...apis.flatMap((api) => [...api.request.disagreements, ...api.response.disagreements]),
    ...loose.flatMap((one) => one.disagreements),
  ];
  checkDisagreements(found);
  const usedSecrets = new Set<string>();
  const files = new Map<string, string>();
  for (const api of apis) files.set(apiFileName(api), emitApi(api, usedSecrets));
  files.set('message-headers.ts', emitLoose(ofType('header'), 'Kafka message header', usedSecrets));
  files.set('nested-data.ts', emitLoose(ofType('data'), 'Data inside messages and records:', usedSecrets));
  files.set('index.ts', emitIndex(apis, ofType('data'), ofType('header')));
  for (const [index, source] of recordSources.entries()) {
    const jar = recordJars[index];
    if (jar !== undefined) files.set(`records/${source.file}.ts`, emitRecords(source, jar, usedSecrets));
  }
  files.set('PROVENANCE.md', emitProvenance([newest, older, ...recordJars]));
  files.set('EXCEPTIONS.md', emitExceptions(found, knownDisagreements, olderRelease));
  checkSecrets(usedSecrets);
  return files;
}

function filesOfFolder(): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

function check(files: ReadonlyMap<string, string>): number {
  const stale: string[] = [];
  for (const [name, text] of files) {
    const path = join(folder, name);
    if (!existsSync(path) || readFileSync(path, 'utf8') !== text) stale.push(name);
  }
  for (const name of filesOfFolder()) if (!files.has(name)) stale.push(`${name} (not generated)`);
  if (stale.length === 0) {
    console.log(
      `${files.size} files in src/protocol/schema are what the specs of ${newestRelease} and ${olderRelease} give`,
    );
    return 0;
  }
  console.error(
    `src/protocol/schema differs from its specs; run \`npm run generate\` and read the diff: ${stale.join(', ')}`,
  );
  return 1;
}

function write(files: ReadonlyMap<string, string>): void {
  mkdirSync(join(folder, 'records'), { recursive: true });
  for (const name of filesOfFolder()) if (!files.has(name)) rmSync(join(folder, name));
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
  console.log(`wrote ${files.size} files to src/protocol/schema`);
}

function main(): number {
  const newest = openKafkaJar(newestRelease);
  const older = openKafkaJar(olderRelease);
  const recordJars = recordSources.map((source) => openKafkaJar(source.version, source.artifact));
  const present = recordJars.filter((jar) => jar !== null);
  if (newest === null || older === null || present.length < recordJars.length) {
    const others = recordSources.map((source) => `${source.artifact} ${source.version}`).join(', ');
    console.error(
      `the jars kafka-clients ${newestRelease} and ${olderRelease}, ${others} are needed; they are neither cached nor to be fetched`,
    );
    if (process.env.CI === 'true' || !process.argv.includes('--check')) return 1;
    console.error('skipped: the committed tables were not checked');
    return 0;
  }
  const files = generate(newest, older, present);
  if (process.argv.includes('--check')) return check(files);
  write(files);
  return 0;
}

process.exitCode = main();
