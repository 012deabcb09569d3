import { describe, expect, it } from 'vitest';
import { fuzz } from './fuzz-run.ts';
import { seedOfRun } from './random.ts';

const mutationsPerRun = 200_000;
/** Far above what a run needs (some 250 MB with garbage), far below what one allocation by a hostile length would be. */
const grownBytesMax = 600_000_000;

describe('mutated frames', () => {
  const seed = seedOfRun();

  it(`200,000 of them, seed ${seed}: opaque or decoded, never an exception, never much memory`, {
    timeout: 300_000,
  }, async () => {
    process.stdout.write(`mutations: KAFKA_SCOPE_SEED=${seed} repeats this run\n`);
    const report = await fuzz(mutationsPerRun, seed);
    const { outcomes } = report;
    expect(outcomes.decoded + outcomes.truncated + outcomes.malformed + outcomes.unknown).toBe(mutationsPerRun);
    // Mutators that only break headers, or break nothing, would prove little.
    for (const outcome of ['decoded', 'truncated', 'malformed', 'unknown'] as const) {
      expect(outcomes[outcome]).toBeGreaterThan(mutationsPerRun / 100);
    }
    expect(report.lines).toBeGreaterThan(mutationsPerRun / 100);
    expect(report.recordSets).toBe(mutationsPerRun / 10);
    expect(report.grownBytesMax).toBeLessThan(grownBytesMax);
  });
});
