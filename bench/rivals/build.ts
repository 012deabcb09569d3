import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runCommand } from '../../test/kafka/process.ts';
import { cacheDirectory, type Found, findJava, findKafkaJars } from '../../test/kafka/toolchain.ts';

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

/** The jars that a pom names, downloaded once for each version of it. `what` says what they are for. */
async function downloadJars(name: string, pom: string, what: string): Promise<Found<string>> {
  const jars = join(benchCache(), `${name}-jars-${digestOf([readFileSync(pom)])}`);
  if (existsSync(jars)) return { found: true, value: jars };
  const incoming = `${jars}.incoming-${process.pid}`;
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${incoming}`];
  const maven = await runCommand('mvn', ['-B', '-q', '-f', pom, ...goal], {
    timeoutMs: buildTimeoutMs,
    cwd: benchCache(),
  });
  if (maven.code === null) {
    return { found: false, reason: `Maven was not found, which downloads ${what} once; Debian: apt-get install maven` };
  }
  if (maven.code !== 0) {
    rmSync(incoming, { recursive: true, force: true });
    const complaint = `${maven.stdout}${maven.stderr}`.trim().slice(-500);
    return { found: false, reason: `Maven could not download ${what}: ${complaint}` };
  }
  moveIntoPlace(incoming, jars);
  return { found: true, value: jars };
}

/** The class path of Java sources beside the jars they need, compiled once for each version of both. */
async function compileJava(
  name: string,
  sources: readonly string[],
  jars: string,
  what: string,
): Promise<Found<string>> {
  const contents = sources.map((source) => readFileSync(source));
  const classes = join(benchCache(), `${name}-${digestOf([...contents, basename(jars)])}`);
  const jarPath = join(jars, '*');
  if (!existsSync(classes)) {
    const incoming = `${classes}.incoming-${process.pid}`;
    const flags = ['-nowarn', '-cp', jarPath, '-d', incoming, ...sources];
    const compiler = await runCommand('javac', flags, { timeoutMs: buildTimeoutMs });
    if (compiler.code !== 0) {
      rmSync(incoming, { recursive: true, force: true });
      return { found: false, reason: `${what} did not compile: ${compiler.stderr.trim().slice(0, 500)}` };
    }
    moveIntoPlace(incoming, classes);
  }
  return { found: true, value: `${classes}:${jarPath}` };
}

/** The class path of one Java source beside Kafka's own jars, compiled once for each version of it. */
export async function buildJava(name: string, source: string, what: string): Promise<Found<string>> {
  const java = await findJava();
  if (!java.found) return java;
  const jars = await findKafkaJars();
  return jars.found ? compileJava(name, [source], jars.value, what) : jars;
}

/** The class path of the Java sources of a folder and of the jars its pom.xml names. */
export async function buildJavaFolder(name: string, folder: string, what: string): Promise<Found<string>> {
  const java = await findJava();
  if (!java.found) return java;
  const jars = await downloadJars(name, join(folder, 'pom.xml'), what);
  if (!jars.found) return jars;
  const sources = readdirSync(folder).filter((file) => file.endsWith('.java'));
  const paths = sources.sort().map((file) => join(folder, file));
  const classes = await compileJava(name, paths, jars.value, what);
  // The folder itself is on the class path for what Java looks up by name in META-INF.
  return classes.found ? { found: true, value: `${folder}:${classes.value}` } : classes;
}
