import { parseArgs } from 'node:util';
import { FuzzFailure, fuzz } from '../../test/safety/fuzz-run.ts';
import { seedOfRun } from '../../test/safety/random.ts';

// Millions of mutated frames: `node bin/dev/soak.ts --frames 2000000 --seed 7`. Ends with 1 at the first failure, whose
// frame and seed it prints.
const { values } = parseArgs({
  options: { frames: { type: 'string', default: '2000000' }, seed: { type: 'string' } },
});
const frames = Number(values.frames);
const seed = values.seed === undefined ? seedOfRun() : Number(values.seed);
if (!Number.isSafeInteger(frames) || frames < 1 || !Number.isSafeInteger(seed)) {
  throw new Error('give whole numbers: --frames N --seed S');
}

const startedMs = performance.now();
const progressEvery = 100_000;
process.stdout.write(`${frames} mutated frames, seed ${seed}\n`);
try {
  const report = await fuzz(frames, seed, (done) => {
    if (done === 0 || done % progressEvery !== 0) return;
    const seconds = (performance.now() - startedMs) / 1000;
    const rssMb = Math.round(process.memoryUsage.rss() / 1e6);
    process.stdout.write(`${done} frames, ${Math.round(done / seconds)} a second, RSS ${rssMb} MB\n`);
  });
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  process.stdout.write(`${JSON.stringify(report)}\nno failure in ${seconds} s\n`);
} catch (error) {
  if (!(error instanceof FuzzFailure)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
