import type { Command } from 'commander';
import { Option } from 'commander';
import { historyBytesMaxDefault } from '../store/history.ts';
import type { CliContext } from './context.ts';
import { parseCount, parseSize } from './quantities.ts';
import { parseReplaySpeed } from './replay-speed.ts';
import { openTerminalKeys } from './terminal-keys.ts';
import { addTrafficFlags, type TrafficFlags } from './traffic-flags.ts';

interface ReplayFlags extends TrafficFlags {
  readonly memory: number;
  readonly uiFps: number;
  readonly keylog?: string;
  readonly speed: number;
}

const examples = `Examples:
  kafka-scope replay incident.pcapng
      open a capture on the same screens as live traffic
  kafka-scope replay incident.pcapng --filter 'client.id == "billing"'
  kafka-scope replay incident.pcapng --speed 10
      as it happened, ten times as fast; p pauses, . steps, s goes to a time
  tcpdump -i any -U -w - 'tcp port 9092' | kafka-scope replay -
      live, with the keys from the terminal
`;

/** `replay`: the screens on a capture. */
export function registerReplay(program: Command, context: CliContext): void {
  const command = program
    .command('replay')
    .description('Open a capture on the screens of live traffic')
    .argument('<file...>', 'pcap or pcapng, also .gz and .zst; - reads standard input')
    .addHelpText('before', examples)
    .addOption(
      new Option('--keylog <file>', 'decrypt TLS with an SSLKEYLOGFILE of the client or the broker').env(
        'KAFKA_SCOPE_KEYLOG',
      ),
    )
    .addOption(
      new Option('--speed <factor>', "the capture's own clock: 1 as it happened, 10 ten times as fast, max at once")
        .argParser(parseReplaySpeed)
        .default(Number.POSITIVE_INFINITY, 'max')
        .env('KAFKA_SCOPE_SPEED'),
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
  addTrafficFlags(command).action(async (paths: string[], flags: ReplayFlags) => {
    const [path = '-', ...more] = paths;
    const wantsScreen = flags.json !== true && flags.ui !== false;
    // Keys come from the terminal itself where standard input is the capture.
    const keys = wantsScreen && paths.includes('-') ? openTerminalKeys(context.stdout) : null;
    const config = {
      source: { kind: 'capture', path, more, keylog: flags.keylog ?? null, speed: flags.speed } as const,
      historyBytesMax: flags.memory,
      unsafeShowSecrets: flags.unsafeShowSecrets === true,
    };
    const { runTraffic } = await import('./run-traffic.ts');
    const shape = { live: false, uiFps: flags.uiFps };
    await runTraffic(context, config, flags, keys === null ? shape : { ...shape, keys }).finally(() => keys?.destroy());
  });
}
