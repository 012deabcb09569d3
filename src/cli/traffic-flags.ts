import { type Command, Option } from 'commander';
import type { LineOptions } from '../export/ndjson.ts';

/** The flags of every command that reads traffic (CONTRACT). */
export interface TrafficFlags {
  readonly filter?: string;
  readonly json?: boolean;
  readonly ui?: boolean;
  readonly records?: boolean;
  readonly payload: 'show' | 'hide';
  readonly failOn?: string;
  readonly color: 'auto' | 'always' | 'never';
  readonly unsafeShowSecrets?: boolean;
}

/** Adds the shared flags to a command. */
export function addTrafficFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--filter <expr>', "show only exchanges that match, e.g. 'api == Produce && latency > 100ms'").env(
        'KAFKA_SCOPE_FILTER',
      ),
    )
    .addOption(new Option('--json', 'one JSON object a line on stdout, no UI').env('KAFKA_SCOPE_JSON'))
    .addOption(new Option('--no-ui', 'no screen; log lines on stderr'))
    .addOption(new Option('--records', 'decode record batches into the JSON lines'))
    .addOption(
      new Option('--payload <mode>', 'record keys, values and header values')
        .choices(['show', 'hide'])
        .default('hide')
        .env('KAFKA_SCOPE_PAYLOAD'),
    )
    .addOption(new Option('--fail-on <expr>', 'exit 5 when an exchange matches').env('KAFKA_SCOPE_FAIL_ON'))
    .addOption(
      new Option('--color <when>', 'colours')
        .choices(['auto', 'always', 'never'])
        .default('auto')
        .env('KAFKA_SCOPE_COLOR'),
    )
    .addOption(new Option('--unsafe-show-secrets', 'print passwords and tokens instead of <redacted>'));
}

/** How lines are printed under these flags. */
export function lineOptionsOf(flags: TrafficFlags): LineOptions {
  return {
    records: flags.records === true,
    payload: flags.payload,
    unsafeShowSecrets: flags.unsafeShowSecrets === true,
  };
}

/** The loud line that `--unsafe-show-secrets` owes the person. */
export const secretsWarning =
  'warning: --unsafe-show-secrets is on: passwords, tokens and keys are printed and kept in the clear.';
