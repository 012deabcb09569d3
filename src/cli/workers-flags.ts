import { type Command, Option } from 'commander';
import { parseCount } from './quantities.ts';

/** The flag of data-plane threads, as commander names it. */
export interface WorkersFlag {
  readonly workers: number;
}

/** More threads than this never paid on any machine there is; each keeps a ring of 32 MiB. */
const workersMax = 64;

/** Adds `--workers` to `proxy`. */
export function addWorkersFlag(command: Command): Command {
  return command.addOption(
    new Option('--workers <n>', 'threads that serve clients beside the one that looks at traffic; 0: one does both')
      .argParser(parseCount(0, workersMax))
      .default(0)
      .env('KAFKA_SCOPE_WORKERS'),
  );
}
