import { type Command, Option } from 'commander';
import { historyBytesMaxDefault } from '../store/history.ts';
import type { CliContext } from './context.ts';
import { addMetricsFlags, exportersOf, type MetricsFlags } from './metrics-flags.ts';
import { parseCount, parseDurationMs, parseSize } from './quantities.ts';
import { addRecordFlags, type RecordFlags, recordingOf } from './record-flags.ts';
import { addTrafficFlags, type TrafficFlags } from './traffic-flags.ts';

interface DemoFlags extends TrafficFlags, MetricsFlags, RecordFlags {
  readonly duration?: number;
  readonly seed: number;
  readonly memory: number;
  readonly uiFps: number;
}

const examples = `Examples:
  kafka-scope demo
      three embedded brokers, live clients, the proxy and the screen: nothing to set up
  kafka-scope demo --json --duration 10s | tail -1 | jq .byApi
`;

/** `demo`: the whole tool at work without a cluster. */
export function registerDemo(program: Command, context: CliContext): void {
  const command = program
    .command('demo')
    .description('Embedded brokers, real protocol traffic, the proxy and the screen')
    .addHelpText('before', examples)
    .addOption(
      new Option('--duration <time>', 'end after this long, e.g. 10s')
        .argParser(parseDurationMs)
        .env('KAFKA_SCOPE_DURATION'),
    )
    .addOption(
      new Option('--seed <n>', 'seed of the workload')
        .argParser(parseCount(0, 0xffff_ffff))
        .default(1)
        .env('KAFKA_SCOPE_SEED'),
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
  addTrafficFlags(addRecordFlags(addMetricsFlags(command))).action(async (flags: DemoFlags) => {
    const config = {
      source: {
        kind: 'demo',
        seed: flags.seed,
        durationMs: flags.duration ?? null,
        listen: { host: '127.0.0.1', port: 0 },
      } as const,
      historyBytesMax: flags.memory,
      unsafeShowSecrets: flags.unsafeShowSecrets === true,
      recording: recordingOf(flags, program.version()),
      exporters: exportersOf(flags, context.env, program.version() ?? ''),
    };
    const { runTraffic } = await import('./run-traffic.ts');
    await runTraffic(context, config, flags, { live: true, uiFps: flags.uiFps });
  });
}
