import { type Command, Option } from 'commander';
import type { CliContext } from './context.ts';
import type { ExportFlags } from './export-capture.ts';
import { applicationName } from './record-flags.ts';
import { addTrafficFlags } from './traffic-flags.ts';

const examples = `Examples:
  kafka-scope export incident.pcapng -o slow.pcapng --filter 'latency > 1s'
      the slow exchanges alone, for Wireshark or for replay
  kafka-scope export tls.pcap --keylog keys.log -o plain.pcapng
      decrypted, so that nobody else needs the keys; secrets and record contents overwritten
  kafka-scope export ring.pcap0 ring.pcap1 -o - --filter 'group == "billing"' | tshark -r - -Y kafka
`;

/** `export`: the matching exchanges of captures as a pcapng file of their own. */
export function registerExport(program: Command, context: CliContext): void {
  const command = program
    .command('export')
    .description('Write the matching exchanges of captures to a pcapng file')
    .argument('<file...>', 'pcap or pcapng, also .gz and .zst; - reads standard input')
    .addHelpText('before', examples)
    .addOption(
      new Option('-o, --output <file>', 'the pcapng file to write; - is standard output').makeOptionMandatory(),
    )
    .addOption(
      new Option('--keylog <file>', 'decrypt TLS with an SSLKEYLOGFILE of the client or the broker').env(
        'KAFKA_SCOPE_KEYLOG',
      ),
    )
    .addOption(new Option('--strict', 'exit 3 when any part could not be read').env('KAFKA_SCOPE_STRICT'));
  addTrafficFlags(command).action(async (paths: string[], flags: ExportFlags) => {
    const { exportCapture } = await import('./export-capture.ts');
    await exportCapture(context, paths, flags, applicationName(program.version()));
  });
}
