import type { CancelTimer } from './clock.ts';
import type { ClusterState } from './cluster-state.ts';
import { Identity } from './identity.ts';

/** Shortest and longest pause between two incidents of a kind, in milliseconds. */
const pauses = {
  leaderMove: { minMs: 1_500, maxMs: 5_000 },
  coordinatorLoad: { minMs: 5_000, maxMs: 15_000 },
} as const;

/** How long coordinators say that they are still loading. */
const coordinatorLoadMs = 400;

/** What the demo's slow broker adds to every answer. */
const slowness = { baseMs: 20, jitterMs: 70 } as const;

/** The byte rate of the demo's throttled client, below what its workload sends. */
const throttledBytesPerSecond = 15_000;

/** The client id whose quota the demo sets. */
const throttledClientId = 'flink-7';

/**
 * The life of the demo cluster that no client causes: leaders move, coordinators load, the last broker is slow and one
 * client has a quota. All pauses come from the seed.
 */
export class Incidents {
  readonly #cluster: ClusterState;
  readonly #dice: Identity;
  readonly #timers = new Map<string, CancelTimer>();

  constructor(cluster: ClusterState) {
    this.#cluster = cluster;
    this.#dice = new Identity(cluster.settings.seed);
  }

  start(): void {
    const slowNode = this.#cluster.nodeIds.at(-1);
    if (slowNode !== undefined && this.#cluster.nodeIds.length > 1) this.#cluster.faults.slowBroker(slowNode, slowness);
    this.#cluster.quotas.set(throttledClientId, throttledBytesPerSecond);
    this.#repeat('leaderMove', () => this.#moveSomeLeader());
    this.#repeat('coordinatorLoad', () => {
      this.#cluster.faults.loadCoordinatorsUntil(this.#cluster.clock.nowMs() + coordinatorLoadMs);
    });
  }

  stop(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  #repeat(kind: keyof typeof pauses, happen: () => void): void {
    const { minMs, maxMs } = pauses[kind];
    const pauseMs = minMs + this.#dice.nextFraction(kind) * (maxMs - minMs);
    const cancel = this.#cluster.clock.after(pauseMs, () => {
      happen();
      this.#repeat(kind, happen);
    });
    this.#timers.set(kind, cancel);
  }

  /** A follower of some partition becomes its leader, so that producers and consumers find a stale one. */
  #moveSomeLeader(): void {
    const topics = [...this.#cluster.topics.all()];
    const topic = topics[Math.floor(this.#dice.nextFraction('topic') * topics.length)];
    const partition = topic?.partitions[Math.floor(this.#dice.nextFraction('partition') * topic.partitions.length)];
    if (partition === undefined) return;
    const followers = partition.replicaIds.filter((nodeId) => nodeId !== partition.leaderId);
    const next = followers[Math.floor(this.#dice.nextFraction('leader') * followers.length)];
    if (next !== undefined) this.#cluster.moveLeader(partition, next);
  }
}
