import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type KafkaNode, type Properties, portsOfNode, serverProperties } from './broker-properties.ts';
import type { Certificates } from './certificates.ts';
import { brokersSeen } from './metadata-probe.ts';
import { findFreePorts } from './ports.ts';
import { endChild, pauseMs, runCommand, trackChild } from './process.ts';
import { type ListenerName, listenerNames, user } from './security.ts';

/** What a cluster is started with. */
export interface ClusterOptions {
  readonly jars: string;
  readonly java: string;
  readonly directory: string;
  readonly nodes: number;
  readonly certificates: Certificates;
  /** Settings that only this cluster's brokers have. */
  readonly properties?: (node: KafkaNode) => Properties;
  /** Flags that only its JVMs get. */
  readonly jvm?: readonly string[];
}

const startAttemptsMax = 3;
const readyTimeoutMs = 240_000;
const stopGraceMs = 15_000;
const logConfiguration = fileURLToPath(new URL('./log4j2.xml', import.meta.url));
// C1 only and the serial collector: three JVMs share two cores, and a short life wants a fast start, not a fast peak.
const smallJvm = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto', '-Djava.awt.headless=true'];

/** Kafka's form of a random id: 16 bytes as base64url, never with a leading dash (command lines would read a flag). */
function randomClusterId(): string {
  return `A${randomBytes(16).toString('base64url').slice(1, 21)}A`;
}

async function makeNodes(options: ClusterOptions, attempt: number): Promise<KafkaNode[]> {
  const ports = await findFreePorts(options.nodes * portsOfNode);
  const nodes: KafkaNode[] = [];
  for (let index = 0; index < options.nodes; index += 1) {
    const [internalPort = 0, controllerPort = 0, ...others] = ports.slice(
      index * portsOfNode,
      (index + 1) * portsOfNode,
    );
    const clientPorts = Object.fromEntries(
      listenerNames.map((name, position) => [name, others[position] ?? 0]),
    ) as Record<ListenerName, number>;
    const directory = join(options.directory, `attempt-${attempt}-node-${index + 1}`);
    mkdirSync(join(directory, 'data'), { recursive: true });
    nodes.push({ nodeId: index + 1, clientPorts, internalPort, controllerPort, directory });
  }
  return nodes;
}

async function formatStorage(options: ClusterOptions, node: KafkaNode, clusterId: string): Promise<void> {
  const properties = join(node.directory, 'server.properties');
  const result = await runCommand(
    options.java,
    [
      '-Xmx128m',
      ...smallJvm,
      `-Dlog4j2.configurationFile=${logConfiguration}`,
      '-cp',
      join(options.jars, '*'),
      'kafka.tools.StorageTool',
      'format',
      '-t',
      clusterId,
      '-c',
      properties,
      ...['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
        '--add-scram',
        `${mechanism}=[name=${user.name},password=${user.password}]`,
      ]),
    ],
    { timeoutMs: 180_000, cwd: node.directory },
  );
  if (result.code !== 0) {
    throw new Error(`the storage of node ${node.nodeId} could not be formatted: ${result.stdout}${result.stderr}`);
  }
}

function lastLines(file: string, count: number): string {
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n') : '(no log)';
}

/** Three (or N) real brokers on loopback. Everything of them lies in one directory, which the caller deletes. */
export class KafkaCluster {
  readonly nodes: readonly KafkaNode[];
  readonly #processes = new Map<number, ChildProcess>();
  readonly #options: ClusterOptions;

  private constructor(options: ClusterOptions, nodes: readonly KafkaNode[]) {
    this.#options = options;
    this.nodes = nodes;
  }

  /** `host:port` of every node on one of the listeners for clients. */
  bootstrap(listener: ListenerName): string {
    return this.nodes.map((node) => `127.0.0.1:${node.clientPorts[listener]}`).join(',');
  }

  /** The same for the listener of the brokers themselves, which nobody watches. */
  get internalBootstrap(): string {
    return this.nodes.map((node) => `127.0.0.1:${node.internalPort}`).join(',');
  }

  /** Every port of these listeners. */
  ports(listeners: readonly ListenerName[]): Set<number> {
    return new Set(this.nodes.flatMap((node) => listeners.map((listener) => node.clientPorts[listener])));
  }

  /** Starts the cluster and resolves when every node knows every broker. A port lost to a race is tried again. */
  static async start(options: ClusterOptions): Promise<KafkaCluster> {
    for (let attempt = 1; ; attempt += 1) {
      const nodes = await makeNodes(options, attempt);
      const cluster = new KafkaCluster(options, nodes);
      try {
        const clusterId = randomClusterId();
        for (const node of nodes) {
          const properties = serverProperties(node, nodes, options.certificates, options.properties?.(node) ?? {});
          writeFileSync(join(node.directory, 'server.properties'), properties, { mode: 0o600 });
        }
        await Promise.all(nodes.map((node) => formatStorage(options, node, clusterId)));
        for (const node of nodes) {
          cluster.#launch(node);
        }
        await cluster.waitReady(nodes.length);
        return cluster;
      } catch (error) {
        await cluster.stop();
        const portTaken = nodes.some((node) =>
          /BindException|already in use/.test(lastLines(join(node.directory, 'server.log'), 200)),
        );
        if (!portTaken || attempt >= startAttemptsMax) {
          throw error;
        }
      }
    }
  }

  #launch(node: KafkaNode): void {
    const log = openSync(join(node.directory, 'server.log'), 'a');
    const child = spawn(
      this.#options.java,
      [
        '-Xms64m',
        '-Xmx384m',
        ...smallJvm,
        ...(this.#options.jvm ?? []),
        '-XX:+ExitOnOutOfMemoryError',
        // A killed JVM leaves its unpacked native libraries behind: let that be in the directory that is deleted.
        `-Djava.io.tmpdir=${node.directory}`,
        '-XX:-UsePerfData',
        `-Dlog4j2.configurationFile=${logConfiguration}`,
        '-cp',
        join(this.#options.jars, '*'),
        'kafka.Kafka',
        join(node.directory, 'server.properties'),
      ],
      { cwd: node.directory, stdio: ['ignore', log, log] },
    );
    closeSync(log);
    trackChild(child).on('error', () => {});
    this.#processes.set(node.nodeId, child);
  }

  /** Resolves when each running node answers Metadata naming `brokers` brokers; throws with the log's end otherwise. */
  async waitReady(brokers: number): Promise<void> {
    const deadlineMs = performance.now() + readyTimeoutMs;
    for (const node of this.nodes) {
      const child = this.#processes.get(node.nodeId);
      if (child === undefined) {
        continue;
      }
      while ((await brokersSeen(node.clientPorts.CLIENT)) < brokers) {
        const log = lastLines(join(node.directory, 'server.log'), 15);
        if (child.exitCode !== null || child.signalCode !== null) {
          throw new Error(`node ${node.nodeId} ended while starting; the end of its log:\n${log}`);
        }
        if (/failed to bind to .*(already in use|BindException)/.test(log)) {
          throw new Error(`node ${node.nodeId} lost its port to another process (already in use)`);
        }
        if (performance.now() > deadlineMs) {
          throw new Error(`node ${node.nodeId} was not ready after ${readyTimeoutMs} ms; the end of its log:\n${log}`);
        }
        await pauseMs(200);
      }
    }
  }

  /** Every line of the brokers' request logs that came over these listeners. */
  requestLines(listeners: readonly ListenerName[]): string[] {
    const marks = listeners.map((listener) => `"listener":"${listener}"`);
    const lines: string[] = [];
    for (const node of this.nodes) {
      const file = join(node.directory, 'requests.log');
      if (existsSync(file)) {
        for (const line of readFileSync(file, 'utf8').split('\n')) {
          if (marks.some((mark) => line.includes(mark))) {
            lines.push(line);
          }
        }
      }
    }
    return lines;
  }

  /** Ends one node as a crash does: nothing is flushed, nobody is told. */
  async kill(nodeId: number): Promise<void> {
    const child = this.#processes.get(nodeId);
    if (child !== undefined) {
      await endChild(child, 'SIGKILL', stopGraceMs);
      this.#processes.delete(nodeId);
    }
  }

  /** Starts a killed node again, on the same ports and data, and resolves when it knows every running broker. */
  async restart(nodeId: number): Promise<void> {
    const node = this.nodes.find((each) => each.nodeId === nodeId);
    if (node === undefined || this.#processes.has(nodeId)) {
      throw new Error(`node ${nodeId} is not one that was killed`);
    }
    this.#launch(node);
    await this.waitReady(this.#processes.size);
  }

  /** Ends exactly the JVMs this object started. */
  async stop(): Promise<void> {
    await Promise.all([...this.#processes.values()].map((child) => endChild(child, 'SIGTERM', stopGraceMs)));
    this.#processes.clear();
  }

  /** Ends them at once: the data is thrown away, so an orderly shutdown would only cost time. */
  async stopNow(): Promise<void> {
    await Promise.all([...this.#processes.values()].map((child) => endChild(child, 'SIGKILL', stopGraceMs)));
    this.#processes.clear();
  }
}
