import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { readZip } from './zip-reader.ts';

/** One of Kafka's jars: its coordinates, its sha256 and the specs inside, by file name without `.json`. */
export interface KafkaJar {
  readonly artifact: string;
  readonly version: string;
  readonly sha256: string;
  readonly specs: ReadonlyMap<string, string>;
}

const cache = join(process.env.KAFKA_SCOPE_CACHE ?? join(homedir(), '.cache', 'kafka-scope'), 'jars');

/** Where the jars keep specs: messages and the coordinators' records in one folder, the controllers' in the other. */
const specFolders: readonly string[] = ['common/message/', 'common/metadata/'];

function jarName(artifact: string, version: string): string {
  return `${artifact}-${version}.jar`;
}

function fetchJar(artifact: string, version: string): void {
  const coordinates = `org.apache.kafka:${artifact}:${version}`;
  execFileSync('mvn', ['-q', 'dependency:copy', `-Dartifact=${coordinates}`, `-DoutputDirectory=${cache}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

/** Finds the jar in the cache or the local Maven repository, else asks Maven for it; null when there is none to get. */
function locateJar(artifact: string, version: string): string | null {
  const name = jarName(artifact, version);
  const cached = join(cache, name);
  if (existsSync(cached)) return cached;
  mkdirSync(cache, { recursive: true });
  const local = join(homedir(), '.m2', 'repository', 'org', 'apache', 'kafka', artifact, version, name);
  if (existsSync(local)) {
    copyFileSync(local, cached);
    return cached;
  }
  try {
    fetchJar(artifact, version);
  } catch (cause) {
    const first = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    console.error(`${artifact} ${version}: could not be fetched (${first})`);
  }
  return existsSync(cached) ? cached : null;
}

/** Reads every spec of one jar of a Kafka release; null when the jar is absent and cannot be fetched. */
export function openKafkaJar(version: string, artifact = 'kafka-clients'): KafkaJar | null {
  const path = locateJar(artifact, version);
  if (path === null) return null;
  const bytes = readFileSync(path);
  const specs = new Map<string, string>();
  const isSpec = (entry: string): boolean =>
    entry.endsWith('.json') && specFolders.some((folder) => entry.startsWith(folder));
  for (const [name, data] of readZip(bytes, isSpec)) {
    specs.set(name.slice(name.lastIndexOf('/') + 1, -'.json'.length), data.toString('utf8'));
  }
  return { artifact, version, sha256: createHash('sha256').update(bytes).digest('hex'), specs };
}
