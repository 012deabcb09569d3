import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { readZip } from './zip-reader.ts';

/** A kafka-clients jar: its version, its sha256 and the message specs inside, by file name without `.json`. */
export interface KafkaJar {
  readonly version: string;
  readonly sha256: string;
  readonly specs: ReadonlyMap<string, string>;
}

const cache = join(process.env.KAFKA_SCOPE_CACHE ?? join(homedir(), '.cache', 'kafka-scope'), 'jars');

function jarName(version: string): string {
  return `kafka-clients-${version}.jar`;
}

function fetchJar(version: string): void {
  const artifact = `org.apache.kafka:kafka-clients:${version}`;
  execFileSync('mvn', ['-q', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${cache}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

/** Finds the jar in the cache or the local Maven repository, else asks Maven for it; null when there is none to get. */
function locateJar(version: string): string | null {
  const cached = join(cache, jarName(version));
  if (existsSync(cached)) return cached;
  mkdirSync(cache, { recursive: true });
  const local = join(
    homedir(),
    '.m2',
    'repository',
    'org',
    'apache',
    'kafka',
    'kafka-clients',
    version,
    jarName(version),
  );
  if (existsSync(local)) {
    copyFileSync(local, cached);
    return cached;
  }
  try {
    fetchJar(version);
  } catch (cause) {
    const first = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    console.error(`kafka-clients ${version}: could not be fetched (${first})`);
  }
  return existsSync(cached) ? cached : null;
}

/** Reads every message spec of one kafka-clients release; null when the jar is absent and cannot be fetched. */
export function openKafkaJar(version: string): KafkaJar | null {
  const path = locateJar(version);
  if (path === null) return null;
  const bytes = readFileSync(path);
  const specs = new Map<string, string>();
  const folder = 'common/message/';
  for (const [name, data] of readZip(bytes, (entry) => entry.startsWith(folder) && entry.endsWith('.json'))) {
    specs.set(name.slice(folder.length, -'.json'.length), data.toString('utf8'));
  }
  return { version, sha256: createHash('sha256').update(bytes).digest('hex'), specs };
}
