import type { TrafficFlags } from './traffic-flags.ts';

/** Flags of `analyze` beside the shared ones. */
export interface AnalyzeFlags extends TrafficFlags {
  readonly strict?: boolean;
  readonly top: number;
  readonly keylog?: string;
}
