import { setTimeout as wait } from 'node:timers/promises';
import type { Actor } from './actor.ts';
import { actors } from './actors/index.ts';
import type { Address } from './client-connection.ts';
import { ClusterClient } from './cluster-client.ts';
import { failuresKeptMax, healthyLifeMs, lossesInARowMax, stopGraceMs } from './limits.ts';
import { Pace } from './pace.ts';
import { SeededRandom } from './seeded-random.ts';
import { ConnectionLost } from './workload-error.ts';

/** How to start the workload. */
export interface WorkloadOptions {
  /** The one address clients begin with; they follow Metadata from there. */
  readonly bootstrap: Address;
  readonly seed: number;
  /** Exchanges a second aimed at over all clients (default 240). Waits that brokers cause are not scaled. */
  readonly ratePerSecond?: number;
  readonly signal?: AbortSignal;
}

/** A running workload. */
export interface Workload {
  /** Lets clients leave their groups, then ends them all. */
  stop(): Promise<void>;
  /** What went wrong and was not planned; empty in a good run. */
  failures(): readonly string[];
}

/** The rate the actors' own pauses were chosen for. */
const ratePerSecondDefault = 240;

/** Pause before a client that lost its connection starts anew. */
const restartMs = 250;

/** Starts every client of the workload; resolves when they are on their way. */
export async function startWorkload(options: WorkloadOptions): Promise<Workload> {
  const stopping = new AbortController();
  const abort = () => stopping.abort();
  if (options.signal?.aborted === true) abort();
  options.signal?.addEventListener('abort', abort, { once: true });
  const random = new SeededRandom(options.seed);
  const scale = ratePerSecondDefault / Math.max(1, options.ratePerSecond ?? ratePerSecondDefault);
  const failures: string[] = [];
  const clients = new Set<ClusterClient>();
  const running = actors.map(async (actor) => {
    const own = random.fork(actor.name);
    const pace = new Pace(own.fork('pace'), scale, stopping.signal);
    // Programs do not start in the same instant.
    await pace.wait(own.between(0, 400));
    await keepRunning({ actor, random: own, pace, bootstrap: options.bootstrap, clients, failures });
  });
  const ended = Promise.all(running);
  let stopped: Promise<void> | null = null;
  return {
    failures: () => failures,
    stop: () => {
      stopped ??= (async () => {
        abort();
        options.signal?.removeEventListener('abort', abort);
        await Promise.race([ended, wait(stopGraceMs)]);
        for (const client of clients) client.close();
        await ended;
      })();
      return stopped;
    },
  };
}

interface Run {
  readonly actor: Actor;
  readonly random: SeededRandom;
  readonly pace: Pace;
  readonly bootstrap: Address;
  readonly clients: Set<ClusterClient>;
  readonly failures: string[];
}

/** Runs an actor again and again: a lost connection is life, several in a row and anything unplanned is a failure. */
async function keepRunning({ actor, random, pace, bootstrap, clients, failures }: Run): Promise<void> {
  let lossesInARow = 0;
  while (!pace.stopped) {
    const client = new ClusterClient(bootstrap, actor.profile);
    clients.add(client);
    const startedMs = Date.now();
    try {
      await actor.run({ client, random, pace });
    } catch (error) {
      if (Date.now() - startedMs > healthyLifeMs) lossesInARow = 0;
      lossesInARow += 1;
      const lost = error instanceof ConnectionLost;
      if (!pace.stopped && (!lost || lossesInARow > lossesInARowMax) && failures.length < failuresKeptMax) {
        failures.push(`${actor.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    } finally {
      client.close();
      clients.delete(client);
    }
    await pace.wait(restartMs);
  }
}
