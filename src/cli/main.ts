import { Command, CommanderError } from 'commander';
import { CliError, exitCode } from './cli-error.ts';
import { applyConfigFiles } from './config.ts';
import type { CliContext } from './context.ts';
import { printableLines } from './printable-lines.ts';

type Register = (program: Command, context: CliContext) => void;

interface Subcommand {
  readonly name: string;
  readonly load: () => Promise<Register>;
}

/** Subcommands in the order of `--help`. To add one: one file, one line here. */
const subcommands: readonly Subcommand[] = [
  { name: 'proxy', load: async () => (await import('./proxy.ts')).registerProxy },
  { name: 'analyze', load: async () => (await import('./analyze.ts')).registerAnalyze },
  { name: 'replay', load: async () => (await import('./replay.ts')).registerReplay },
  { name: 'export', load: async () => (await import('./export.ts')).registerExport },
  { name: 'demo', load: async () => (await import('./demo.ts')).registerDemo },
  { name: 'decode', load: async () => (await import('./decode.ts')).registerDecode },
  { name: 'filters', load: async () => (await import('./filters.ts')).registerFilters },
  { name: 'ca', load: async () => (await import('./ca.ts')).registerCa },
  { name: 'completion', load: async () => (await import('./completion.ts')).registerCompletion },
];

/** The subcommands that can matter: the one that is named. Help, completion and a typo's suggestion need them all. */
function neededFor(first: string | undefined): readonly Subcommand[] {
  if (first === '--version' || first === '-V') return [];
  const named = subcommands.filter(({ name }) => name === first && name !== 'completion');
  return named.length === 0 ? subcommands : named;
}

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
  const registers = await Promise.all(neededFor(args[0]).map(({ load }) => load()));
  for (const register of registers) register(program, context);
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
