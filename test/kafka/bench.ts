import { Kafka, logLevel } from 'kafkajs';
import type { Certificates } from './certificates.ts';
import type { KafkaCluster } from './cluster.ts';
import type { DriverCommand, DriverCommands, Task } from './drivers.ts';
import { pauseMs } from './process.ts';
import type { Reporter } from './reporter.ts';

/** What every part of the suite works with. */
export interface Bench {
  readonly reporter: Reporter;
  readonly cluster: KafkaCluster;
  readonly certificates: Certificates;
  /** The program `java`, and the folder with Kafka's jars, for a part that starts brokers of its own. */
  readonly java: string;
  readonly jars: string;
  /** Everything of the run lies here and is deleted with it. */
  readonly directory: string;
  /** The clients that are here, with the kinds of work they have drivers for. */
  readonly drivers: ReadonlyMap<string, DriverCommands>;
}

/** The clients that have a driver for this work, in their order. */
export function clientsWith(bench: Bench, task: Task): [string, DriverCommand][] {
  return [...bench.drivers].flatMap(([client, commands]) => {
    const command = commands[task];
    return command === undefined ? [] : [[client, command] as [string, DriverCommand]];
  });
}

/** A topic to be made before anything is watched. */
export interface NewTopic {
  readonly topic: string;
  readonly numPartitions: number;
  readonly replicationFactor: number;
  readonly configEntries?: { readonly name: string; readonly value: string }[];
}

const leadersTimeoutMs = 120_000;

/** Makes topics over the brokers' own listener and resolves when every partition has a leader. */
export async function createTopics(bench: Bench, topics: readonly NewTopic[]): Promise<void> {
  const kafka = new Kafka({
    clientId: 'runner',
    brokers: bench.cluster.internalBootstrap.split(','),
    logLevel: logLevel.NOTHING,
  });
  const admin = kafka.admin();
  await admin.connect();
  try {
    await admin.createTopics({
      waitForLeaders: false,
      timeout: leadersTimeoutMs,
      topics: topics.map((each) => ({ ...each, configEntries: [...(each.configEntries ?? [])] })),
    });
    const names = topics.map((each) => each.topic);
    const deadlineMs = performance.now() + leadersTimeoutMs;
    for (;;) {
      const metadata = await admin.fetchTopicMetadata({ topics: names }).catch(() => null);
      if (metadata?.topics.every((topic) => topic.partitions.every((each) => each.leader >= 0))) {
        return;
      }
      if (performance.now() > deadlineMs) {
        throw new Error(`${names.length} new topics did not get leaders within ${leadersTimeoutMs} ms`);
      }
      await pauseMs(100);
    }
  } finally {
    await admin.disconnect();
  }
}

/** Runs pieces of work, at most `limit` at a time; a piece must not throw. */
export async function runLimited(limit: number, work: readonly (() => Promise<void>)[]): Promise<void> {
  const waiting = [...work];
  const workers = Array.from({ length: limit }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await next();
    }
  });
  await Promise.all(workers);
}

/** Seconds since a moment of `performance.now()`, for people. */
export function secondsSince(startedMs: number): string {
  return ((performance.now() - startedMs) / 1000).toFixed(1);
}
