import type { Command } from 'commander';
import { Option } from 'commander';
import { historyBytesMaxDefault } from '../store/history.ts';
import { CliError, exitCode } from './cli-error.ts';
import type { CliContext } from './context.ts';
import { parseCount, parseSize } from './quantities.ts';
import { addTrafficFlags, type TrafficFlags } from './traffic-flags.ts';

interface ReplayFlags extends TrafficFlags {
  readonly memory: number;
  readonly uiFps: number;
  readonly keylog?: string;
}

const examples = `Examples:
  kafka-scope replay incident.pcapng
      open a capture on the same screens as live traffic
  kafka-scope replay incident.pcapng --filter 'client.id == "billing"'
`;

/** `replay`: the screens on a capture. */
export function registerReplay(program: Command, context: CliContext): void {
  const command = program
    .command('replay')
    .description('Open a capture on the screens of live traffic')
    .argument('<file>', 'pcap or pcapng, also .gz and .zst')
    .addHelpText('before', examples)
    .addOption(
      new Option('--keylog <file>', 'decrypt TLS with an SSLKEYLOGFILE of the client or the broker').env(
        'KAFKA_SCOPE_KEYLOG',
      ),
    )
    .addOption(
      new Option('--memory <size>', 'history kept for the screen')
        .argParser(parseSize)
        .default(historyBytesMaxDefault, '256MiB')
        .env('KAFKA_SCOPE_MEMORY'),
    )
    .addOption(
      new Option('--ui-fps <n>', 'screen refreshes a second')
        .argParser(parseCount(1, 30))
        .default(10)
        .env('KAFKA_SCOPE_UI_FPS'),
    );
  addTrafficFlags(command).action(async (path: string, flags: ReplayFlags) => {
    if (path === '-' && flags.json !== true && flags.ui !== false) {
      throw new CliError(
        'replay cannot take the capture and the keys from the same standard input: save it to a file, or read it with "kafka-scope analyze -".',
        exitCode.usage,
      );
    }
    const config = {
      source: { kind: 'capture', path, keylog: flags.keylog ?? null } as const,
      historyBytesMax: flags.memory,
      unsafeShowSecrets: flags.unsafeShowSecrets === true,
    };
    const { runTraffic } = await import('./run-traffic.ts');
    await runTraffic(context, config, flags, { live: false, uiFps: flags.uiFps });
  });
}
