import type { ConnectionId } from '../wire/segment.ts';

/** How bad it is: something does not work, or something is not as its owner believes. */
export type FindingSeverity = 'error' | 'warning';

/** What somebody noticed once: the fact, its cause and the next step in one sentence. */
export interface Diagnosis {
  /** Stable word, such as `tls-to-plaintext-port`. */
  readonly finding: string;
  readonly severity: FindingSeverity;
  readonly atUs: number;
  readonly connection: ConnectionId | null;
  /** `ip:port` of the client concerned; null when it concerns none or all. */
  readonly client: string | null;
  /** `ip:port` of the broker concerned; null likewise. */
  readonly broker: string | null;
  readonly message: string;
}

/** The same diagnosis, however often it was made: one row of the Findings screen. Plain data. */
export interface Finding {
  readonly finding: string;
  readonly severity: FindingSeverity;
  /** The newest sentence. */
  readonly message: string;
  readonly client: string | null;
  readonly broker: string | null;
  readonly connection: ConnectionId | null;
  readonly count: number;
  readonly firstUs: number;
  readonly lastUs: number;
}
