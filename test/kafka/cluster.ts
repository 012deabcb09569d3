import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brokersSeen } from './metadata-probe.ts';
import { findFreePorts } from './ports.ts';
import { endChild, pauseMs, runCommand, trackChild } from './process.ts';

/** One combined broker and controller. `clientPort` carries client traffic only. */
export interface KafkaNode {
  readonly nodeId: number;
  readonly clientPort: number;
  readonly internalPort: number;
  readonly controllerPort: number;
  readonly directory: string;
}

/** What a cluster is started with. */
export interface ClusterOptions {
  readonly jars: string;
  readonly java: string;
  readonly directory: string;
  readonly nodes: number;
}

const startAttemptsMax = 3;
const readyTimeoutMs = 120_000;
const stopGraceMs = 15_000;
const logConfiguration = fileURLToPath(new URL('./log4j2.xml', import.meta.url));
// C1 only and the serial collector: three JVMs share two cores, and a short life wants a fast start, not a fast peak.
const smallJvm = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto', '-Djava.awt.headless=true'];

function serverProperties(node: KafkaNode, nodes: readonly KafkaNode[]): string {
  const address = (port: number): string => `127.0.0.1:${port}`;
  const replication = Math.min(3, nodes.length);
  const properties: Record<string, string | number> = {
    'process.roles': 'broker,controller',
    'node.id': node.nodeId,
    'controller.quorum.voters': nodes.map((each) => `${each.nodeId}@${address(each.controllerPort)}`).join(','),
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'INTERNAL',
    listeners: `CONTROLLER://${address(node.controllerPort)},INTERNAL://${address(node.internalPort)},CLIENT://${address(node.clientPort)}`,
    'advertised.listeners': `INTERNAL://${address(node.internalPort)},CLIENT://${address(node.clientPort)}`,
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,INTERNAL:PLAINTEXT,CLIENT:PLAINTEXT',
    'log.dirs': join(node.directory, 'data'),
    'auto.create.topics.enable': 'false',
    'num.partitions': 3,
    'default.replication.factor': replication,
    'offsets.topic.replication.factor': replication,
    'offsets.topic.num.partitions': 3,
    'transaction.state.log.replication.factor': replication,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 3,
    'share.coordinator.state.topic.replication.factor': replication,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    // The default of 5 s would make a KIP-848 rebalance the longest part of the whole suite.
    'group.consumer.min.heartbeat.interval.ms': 300,
    'group.consumer.heartbeat.interval.ms': 300,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'num.replica.fetchers': 1,
    'background.threads': 2,
    'num.recovery.threads.per.data.dir': 1,
    'log.cleaner.dedupe.buffer.size': 4_194_304,
    'queued.max.requests': 64,
  };
  return `${Object.entries(properties)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')}\n`;
}

/** Kafka's form of a random id: 16 bytes as base64url, never with a leading dash (command lines would read a flag). */
function randomClusterId(): string {
  return `A${randomBytes(16).toString('base64url').slice(1, 21)}A`;
}

async function makeNodes(options: ClusterOptions, attempt: number): Promise<KafkaNode[]> {
  const ports = await findFreePorts(options.nodes * 3);
  const nodes: KafkaNode[] = [];
  for (let index = 0; index < options.nodes; index += 1) {
    const [clientPort = 0, internalPort = 0, controllerPort = 0] = ports.slice(index * 3, index * 3 + 3);
    const directory = join(options.directory, `attempt-${attempt}-node-${index + 1}`);
    mkdirSync(join(directory, 'data'), { recursive: true });
    nodes.push({ nodeId: index + 1, clientPort, internalPort, controllerPort, directory });
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
    ],
    { timeoutMs: 60_000, cwd: node.directory },
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

  /** `host:port` of every node's client listener. */
  get bootstrap(): string {
    return this.nodes.map((node) => `127.0.0.1:${node.clientPort}`).join(',');
  }

  /** Starts the cluster and resolves when every node knows every broker. A port lost to a race is tried again. */
  static async start(options: ClusterOptions): Promise<KafkaCluster> {
    for (let attempt = 1; ; attempt += 1) {
      const nodes = await makeNodes(options, attempt);
      const cluster = new KafkaCluster(options, nodes);
      try {
        const clusterId = randomClusterId();
        for (const node of nodes) {
          writeFileSync(join(node.directory, 'server.properties'), serverProperties(node, nodes));
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
      while ((await brokersSeen(node.clientPort)) < brokers) {
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

  /** Every line of the brokers' request logs that came over the client listener. */
  clientRequestLines(): string[] {
    const lines: string[] = [];
    for (const node of this.nodes) {
      const file = join(node.directory, 'requests.log');
      if (existsSync(file)) {
        for (const line of readFileSync(file, 'utf8').split('\n')) {
          if (line.includes('"listener":"CLIENT"')) {
            lines.push(line);
          }
        }
      }
    }
    return lines;
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
