/** What `node bench/run.ts` was asked for. */
export interface BenchOptions {
  readonly rounds: number;
  /** Tiny sizes, one round: proves that a bench works, not how fast anything is. */
  readonly smoke: boolean;
  /** Only these contenders; empty = all. */
  readonly rivals: readonly string[];
  /** Only these load modes; empty = all. */
  readonly modes: readonly string[];
  /** Measured seconds of one load run. */
  readonly seconds: number;
  /** Length of a soak. */
  readonly minutes: number;
  /** Requests a second of a soak. */
  readonly rate: number;
  /** Connections that stay open and say nothing. */
  readonly connections: number;
}

/** How a bench ended. */
export type BenchOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'skipped'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** Whether a contender was asked for. */
export function isWanted(options: BenchOptions, name: string, byDefault: boolean): boolean {
  return options.rivals.length === 0 ? byDefault : options.rivals.includes(name);
}
