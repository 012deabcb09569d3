import { Command, CommanderError } from 'commander';
import { registerAnalyze } from './analyze.ts';
import { registerCa } from './ca.ts';
import { CliError, exitCode } from './cli-error.ts';
import { registerCompletion } from './completion.ts';
import { applyConfigFiles } from './config.ts';
import type { CliContext } from './context.ts';
import { registerDecode } from './decode.ts';
import { registerDemo } from './demo.ts';
import { registerExport } from './export.ts';
import { registerFilters } from './filters.ts';
import { printableLines } from './printable-lines.ts';
import { registerProxy } from './proxy.ts';
import { registerReplay } from './replay.ts';

/** Subcommands in the order of `--help`. To add one: one file, one line here. */
const commands: readonly ((program: Command, context: CliContext) => void)[] = [
  registerProxy,
  registerAnalyze,
  registerReplay,
  registerExport,
  registerDemo,
  registerDecode,
  registerFilters,
  registerCa,
  registerCompletion,
];

const examples = `Examples:
  kafka-scope demo                                  look around: embedded cluster, live traffic, the screen
  kafka-scope proxy --upstream broker:9092          stand between clients and a cluster
  kafka-scope analyze incident.pcapng               what happened in a capture
`;

/** Builds the program and runs it on `args` (without node and script). Ends through `context.exit`. */
export async function main(args: readonly string[], context: CliContext, version: string): Promise<void> {
  const program = new Command('kafka-scope')
    .description('Kafka traffic, decoded: live proxy, capture analysis, terminal UI.')
    .version(version, '-V, --version')
    .addHelpText('before', examples)
    .showSuggestionAfterError()
    .showHelpAfterError('(add --help for usage)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(printableLines(text)),
    });
  for (const register of commands) register(program, context);
  for (const command of program.commands) command.exitOverride().showSuggestionAfterError();
  program.hook('preAction', (_program, action) => applyConfigFiles(action, context.env));
  try {
    await program.parseAsync(args as string[], { from: 'user' });
  } catch (error) {
    report(error, context);
  }
}

function report(error: unknown, context: CliContext): void {
  if (error instanceof CommanderError) {
    // Commander has printed its sentence already; only --help and --version are successes.
    context.exit(error.exitCode === 0 ? exitCode.ok : exitCode.usage);
    return;
  }
  if (error instanceof CliError) {
    context.stderr.write(`kafka-scope: ${printableLines(error.message)}\n`);
    context.exit(error.code);
    return;
  }
  context.stderr.write(
    printableLines(`kafka-scope: internal error, please report it: ${error instanceof Error ? error.stack : error}\n`),
  );
  context.exit(exitCode.failed);
}
