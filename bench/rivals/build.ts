import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../../test/kafka/process.ts';
import { cacheDirectory, type Found, findJava, findKafkaJars, kafkaVersion } from '../../test/kafka/toolchain.ts';

const buildTimeoutMs = 300_000;

function digestOf(contents: readonly (string | Uint8Array)[]): string {
  const digest = createHash('sha256');
  for (const content of contents) digest.update(content);
  return digest.digest('hex').slice(0, 16);
}

function benchCache(): string {
  const folder = join(cacheDirectory(), 'bench');
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Another run may have finished the same build first: then ours is thrown away. */
function moveIntoPlace(incoming: string, final: string): void {
  try {
    renameSync(incoming, final);
  } catch (error) {
    if (!existsSync(final)) throw error;
    rmSync(incoming, { recursive: true, force: true });
  }
}

/** A program of Go sources in one folder, built once for each version of them. `what` says what is lost without it. */
export async function buildGo(name: string, source: string, what: string): Promise<Found<string>> {
  const contents = readdirSync(source)
    .sort()
    .flatMap((file) => [file, readFileSync(join(source, file))]);
  const binary = join(benchCache(), `${name}-${digestOf(contents)}`);
  if (existsSync(binary)) return { found: true, value: binary };
  const incoming = `${binary}.incoming-${process.pid}`;
  const go = await runCommand('go', ['build', '-o', incoming, '.'], { timeoutMs: buildTimeoutMs, cwd: source });
  if (go.code === null) {
    return { found: false, reason: `Go was not found, which builds ${what}; Debian: apt-get install golang` };
  }
  if (go.code !== 0) return { found: false, reason: `${what} did not build: ${go.stderr.trim().slice(0, 500)}` };
  moveIntoPlace(incoming, binary);
  return { found: true, value: binary };
}

/** The class path of one Java source beside Kafka's own jars, compiled once for each version of it. */
export async function buildJava(name: string, source: string, what: string): Promise<Found<string>> {
  const java = await findJava();
  if (!java.found) return java;
  const jars = await findKafkaJars();
  if (!jars.found) return jars;
  const classes = join(benchCache(), `${name}-${digestOf([readFileSync(source), kafkaVersion])}`);
  const jarPath = join(jars.value, '*');
  if (!existsSync(classes)) {
    const incoming = `${classes}.incoming-${process.pid}`;
    const flags = ['-nowarn', '-cp', jarPath, '-d', incoming, source];
    const compiler = await runCommand('javac', flags, { timeoutMs: buildTimeoutMs });
    if (compiler.code !== 0) {
      rmSync(incoming, { recursive: true, force: true });
      return { found: false, reason: `${what} did not compile: ${compiler.stderr.trim().slice(0, 500)}` };
    }
    moveIntoPlace(incoming, classes);
  }
  return { found: true, value: `${classes}:${jarPath}` };
}
