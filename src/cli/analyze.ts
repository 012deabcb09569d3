import type { Command } from 'commander';
import { Option } from 'commander';
import { reportSections } from '../export/report/sections.ts';
import type { AnalyzeFlags } from './analyze-flags.ts';
import type { CliContext } from './context.ts';
import { parseCount } from './quantities.ts';
import { parseSections } from './section-flag.ts';
import { addTrafficFlags } from './traffic-flags.ts';

const examples = `Examples:
  kafka-scope analyze incident.pcapng
      who talked to whom, what was slow, what failed
  kafka-scope analyze incident.pcapng --json --filter 'latency > 100ms'
  kafka-scope analyze ring.pcap0 ring.pcap1 ring.pcap2
      a rotated set, or several hosts, merged by time
  kafka-scope analyze incident.pcapng --section groups,topics --top 50
  kafka-scope analyze incident.pcapng --csv incident-tables
  kafka-scope analyze tls.pcap --keylog keys.log
  tcpdump -i any -w - port 9092 | kafka-scope analyze -
`;

const sectionNames = reportSections.map(({ name }) => name).join(', ');

/** `analyze`: a capture as a report for people, or as JSON lines. */
export function registerAnalyze(program: Command, context: CliContext): void {
  const command = program
    .command('analyze')
    .description('Read a capture and report, or print every exchange as JSON')
    .argument('<file...>', 'pcap or pcapng, also .gz and .zst; - reads standard input')
    .addHelpText('before', examples)
    .addOption(new Option('--strict', 'exit 3 when any part could not be read').env('KAFKA_SCOPE_STRICT'))
    .addOption(
      new Option('--keylog <file>', 'decrypt TLS with an SSLKEYLOGFILE of the client or the broker').env(
        'KAFKA_SCOPE_KEYLOG',
      ),
    )
    .addOption(new Option('--top <n>', 'rows of each table').argParser(parseCount(1, 1_000_000)).env('KAFKA_SCOPE_TOP'))
    .addOption(
      new Option('--section <list>', `only these parts of the report, in full: ${sectionNames}, all`)
        .argParser(parseSections)
        .env('KAFKA_SCOPE_SECTION'),
    )
    .addOption(
      new Option('--csv <dir>', 'also write every table and every exchange as CSV files').env('KAFKA_SCOPE_CSV'),
    );
  addTrafficFlags(command).action(async (paths: string[], flags: AnalyzeFlags) => {
    const { analyzeCapture } = await import('./analyze-capture.ts');
    await analyzeCapture(context, paths, flags);
  });
}
