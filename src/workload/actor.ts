import type { ClientProfile } from './client-profile.ts';
import type { ClusterClient } from './cluster-client.ts';
import type { Pace } from './pace.ts';
import type { SeededRandom } from './seeded-random.ts';

/** What an actor acts with. */
export interface ActorContext {
  readonly client: ClusterClient;
  readonly random: SeededRandom;
  readonly pace: Pace;
}

/** One client program of the workload; it runs until the pace says stop, and again after its connection was lost. */
export interface Actor {
  /** Names its part of the seed. */
  readonly name: string;
  readonly profile: ClientProfile;
  run(context: ActorContext): Promise<void>;
}
