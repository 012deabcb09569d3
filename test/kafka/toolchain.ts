import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from './process.ts';

/** A tool that is here, or the sentence that says what to install. */
export type Found<T> = { readonly found: true; readonly value: T } | { readonly found: false; readonly reason: string };

/** The release of Apache Kafka the suite runs; pom.xml names the same. */
export const kafkaVersion = '4.3.1';

/** A newer release of the Java client, which runs the same drivers; there is no broker of it in the suite. */
export const newerClientVersion = '4.4.0';

/** The release of Apache Kerby, whose key distribution center the suite runs; kerberos/pom.xml names the same. */
const kerbyVersion = '2.1.0';

/** The release of confluent-kafka (librdkafka) the suite installs from PyPI. */
const confluentKafkaVersion = '2.16.1';

const javaMajorMin = 17;
const here = fileURLToPath(new URL('.', import.meta.url));

/** Where downloads and builds of the tests are kept between runs. */
export function cacheDirectory(): string {
  const directory = process.env.KAFKA_SCOPE_CACHE ?? join(homedir(), '.cache', 'kafka-scope');
  mkdirSync(directory, { recursive: true });
  return directory;
}

function missing<T>(reason: string): Found<T> {
  return { found: false, reason };
}

/** The `java` and `javac` of a JDK new enough for Kafka 4. */
export async function findJava(): Promise<Found<string>> {
  const answer = await runCommand('javac', ['-version'], { timeoutMs: 20_000 });
  const major = /javac (\d+)/.exec(`${answer.stdout}${answer.stderr}`)?.[1];
  if (answer.code !== 0 || major === undefined) {
    return missing(`no JDK was found (javac); install JDK ${javaMajorMin}, Debian: apt-get install openjdk-17-jdk`);
  }
  if (Number(major) < javaMajorMin) {
    return missing(`JDK ${major} is too old for Kafka ${kafkaVersion}; install JDK ${javaMajorMin} or newer`);
  }
  return { found: true, value: 'java' };
}

/** The folder with Kafka's jars; Maven downloads them once. */
export async function findKafkaJars(): Promise<Found<string>> {
  const jars = join(cacheDirectory(), `kafka-${kafkaVersion}`);
  if (existsSync(jars)) {
    return { found: true, value: jars };
  }
  return fetchJars(join(here, 'pom.xml'), [`-Dkafka.version=${kafkaVersion}`], `Kafka ${kafkaVersion}`, jars);
}

/** The folder with the jars of a key distribution center (Apache Kerby); Maven downloads them once. */
export async function findKerbyJars(): Promise<Found<string>> {
  const jars = join(cacheDirectory(), `kerby-${kerbyVersion}`);
  if (existsSync(jars)) {
    return { found: true, value: jars };
  }
  const version = `-Dkerby.version=${kerbyVersion}`;
  return fetchJars(join(here, 'kerberos', 'pom.xml'), [version], `Kerby ${kerbyVersion}`, jars);
}

/** Puts what a pom.xml depends on into a folder. */
async function fetchJars(pom: string, flags: readonly string[], what: string, jars: string): Promise<Found<string>> {
  const incoming = `${jars}.incoming-${process.pid}`;
  const goal = ['-B', '-q', '-f', pom, ...flags];
  const maven = await runCommand(
    'mvn',
    [...goal, 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${incoming}`],
    { timeoutMs: 300_000, cwd: cacheDirectory() },
  );
  if (maven.code === null) {
    return missing(`Maven was not found, which downloads ${what} once; Debian: apt-get install maven`);
  }
  if (maven.code !== 0) {
    rmSync(incoming, { recursive: true, force: true });
    return missing(`Maven could not download ${what}: ${`${maven.stdout}${maven.stderr}`.trim().slice(-600)}`);
  }
  moveIntoPlace(incoming, jars);
  return { found: true, value: jars };
}

/** Another run may have finished the same download first: then ours is thrown away. */
function moveIntoPlace(incoming: string, final: string): void {
  try {
    renameSync(incoming, final);
  } catch (error) {
    if (!existsSync(final)) {
      throw error;
    }
    rmSync(incoming, { recursive: true, force: true });
  }
}

/** The newer client's own jar, to be put before the others on the class path. */
export async function findNewerClient(): Promise<Found<string>> {
  const name = `kafka-clients-${newerClientVersion}`;
  const folder = join(cacheDirectory(), name);
  if (!existsSync(folder)) {
    const incoming = `${folder}.incoming-${process.pid}`;
    const goal = ['-B', '-q', 'dependency:copy', `-Dartifact=org.apache.kafka:kafka-clients:${newerClientVersion}`];
    const maven = await runCommand('mvn', [...goal, `-DoutputDirectory=${incoming}`], {
      timeoutMs: 300_000,
      cwd: cacheDirectory(),
    });
    if (maven.code !== 0) {
      rmSync(incoming, { recursive: true, force: true });
      return missing(`Maven could not download ${name}: ${`${maven.stdout}${maven.stderr}`.trim().slice(-400)}`);
    }
    moveIntoPlace(incoming, folder);
  }
  return { found: true, value: join(folder, `${name}.jar`) };
}

/** The classes of the Java drivers, compiled once for each version of their sources. */
export async function findJavaClasses(jars: string): Promise<Found<string>> {
  const folder = join(here, 'drivers');
  const sources = readdirSync(folder)
    .filter((name) => name.endsWith('.java'))
    .sort()
    .map((name) => join(folder, name));
  const hash = createHash('sha256').update(kafkaVersion);
  for (const source of sources) {
    hash.update(readFileSync(source));
  }
  const classes = join(cacheDirectory(), `java-drivers-${hash.digest('hex').slice(0, 16)}`);
  if (!existsSync(classes)) {
    const incoming = `${classes}.incoming-${process.pid}`;
    const compiler = await runCommand('javac', ['-nowarn', '-cp', join(jars, '*'), '-d', incoming, ...sources], {
      timeoutMs: 120_000,
    });
    if (compiler.code !== 0) {
      rmSync(incoming, { recursive: true, force: true });
      return missing(`the Java drivers did not compile: ${compiler.stderr.slice(0, 2000)}`);
    }
    moveIntoPlace(incoming, classes);
  }
  return { found: true, value: classes };
}

/** The Python of a virtual environment that holds confluent-kafka, made once. */
export async function findConfluentPython(): Promise<Found<string>> {
  const environment = join(cacheDirectory(), `confluent-kafka-${confluentKafkaVersion}`);
  const python = join(environment, 'bin', 'python');
  const present = await runCommand(python, ['-c', 'import confluent_kafka'], { timeoutMs: 30_000 });
  if (present.code === 0) {
    return { found: true, value: python };
  }
  const made = await runCommand('python3', ['-m', 'venv', '--clear', environment], { timeoutMs: 120_000 });
  if (made.code !== 0) {
    return missing('Python 3 with venv was not found; Debian: apt-get install python3-venv');
  }
  const wheel = `confluent-kafka==${confluentKafkaVersion}`;
  const installed = await runCommand(python, ['-m', 'pip', 'install', '-q', '--only-binary', ':all:', wheel], {
    timeoutMs: 300_000,
  });
  if (installed.code !== 0) {
    return missing(`pip could not install ${wheel}: ${installed.stderr.trim().slice(-400)}`);
  }
  return { found: true, value: python };
}

/**
 * A folder with the wheel's librdkafka under the name kcat loads, for LD_LIBRARY_PATH. Debian 12 gives kcat 2.0.2,
 * whose SCRAM sends a nonce that Kafka 4 refuses (confluentinc/librdkafka#4895, fixed in 2.6.1).
 */
export function findNewerLibrdkafka(python: string): Found<string> {
  const environment = dirname(dirname(python));
  const [file] = readdirSync(join(environment, 'lib'))
    .map((name) => join(environment, 'lib', name, 'site-packages', 'confluent_kafka.libs'))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((path) => /\/librdkafka(-[0-9a-f]+)?\.so\.1$/.test(path));
  if (file === undefined) {
    return missing("confluent-kafka's wheel holds no librdkafka.so.1 of its own");
  }
  const folder = join(environment, 'librdkafka-for-kcat');
  mkdirSync(folder, { recursive: true });
  const link = join(folder, 'librdkafka.so.1');
  if (!existsSync(link)) {
    symlinkSync(file, link);
  }
  return { found: true, value: folder };
}

/** The program of the franz-go driver, built once for each version of its source. */
export async function findFranzGoDriver(): Promise<Found<string>> {
  const source = join(here, 'drivers', 'franz-go');
  const hash = createHash('sha256');
  for (const name of ['go.mod', 'go.sum', 'main.go']) {
    hash.update(readFileSync(join(source, name)));
  }
  const program = join(cacheDirectory(), `franz-go-driver-${hash.digest('hex').slice(0, 16)}`);
  if (!existsSync(program)) {
    const incoming = `${program}.incoming-${process.pid}`;
    const built = await runCommand('go', ['build', '-buildvcs=false', '-o', incoming, '.'], {
      timeoutMs: 300_000,
      cwd: source,
    });
    if (built.code === null) {
      return missing(
        'Go was not found, which builds the franz-go driver; Debian: apt-get install golang-go (1.24 or newer)',
      );
    }
    if (built.code !== 0) {
      return missing(`the franz-go driver could not be built: ${built.stderr.trim().slice(-600)}`);
    }
    moveIntoPlace(incoming, program);
  }
  return { found: true, value: program };
}

/** kcat, installed from Debian when it is absent and we may. */
export async function findKcat(): Promise<Found<string>> {
  const present = await runCommand('kcat', ['-V'], { timeoutMs: 20_000 });
  if (present.code === 0) {
    return { found: true, value: 'kcat' };
  }
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    await runCommand('apt-get', ['install', '-y', '--no-install-recommends', 'kcat'], { timeoutMs: 300_000 });
    const again = await runCommand('kcat', ['-V'], { timeoutMs: 20_000 });
    if (again.code === 0) {
      return { found: true, value: 'kcat' };
    }
  }
  return missing('kcat was not found; Debian: apt-get install kcat');
}
