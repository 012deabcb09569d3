import { type Command, Option } from 'commander';

/** The flags of the data path, as commander names them. */
export interface PathFlags {
  readonly inspect: 'auto' | 'all';
  readonly hash?: boolean;
}

/** Adds the flags of the data path to `proxy`. */
export function addPathFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--inspect <auto|all>', 'auto: a sample where looking at everything would slow the traffic')
        .choices(['auto', 'all'])
        .default('auto')
        .env('KAFKA_SCOPE_INSPECT'),
    )
    .addOption(
      new Option('--hash', 'SHA-256 of the four byte streams of each connection, in its connection-audit event').env(
        'KAFKA_SCOPE_HASH',
      ),
    );
}
