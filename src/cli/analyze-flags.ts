import type { TrafficFlags } from './traffic-flags.ts';

/** Flags of `analyze` beside the shared ones. */
export interface AnalyzeFlags extends TrafficFlags {
  readonly strict?: boolean;
  /** Rows of each table; absent: each section's own number. */
  readonly top?: number;
  readonly section?: readonly string[];
  readonly csv?: string;
  readonly keylog?: string;
}
