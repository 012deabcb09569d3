import { fileURLToPath } from 'node:url';
import { runCommand } from '../test/kafka/process.ts';
import { buildGo } from './rivals/build.ts';

const launcher = fileURLToPath(new URL('../bin/kafka-scope.js', import.meta.url));
const goSource = fileURLToPath(new URL('./rivals/gopacket/', import.meta.url));

/** Somebody who reads captures. tshark and the Go program are told the broker's port; ours finds out by itself. */
export interface CaptureRival {
  readonly name: string;
  /** Its command line, or why it can not be had. */
  find(file: string, port: number): Promise<readonly string[] | { readonly absent: string }>;
}

async function tshark(...options: readonly string[]): Promise<readonly string[] | { readonly absent: string }> {
  const answer = await runCommand('tshark', ['--version'], { timeoutMs: 20_000 });
  if (answer.code !== 0) return { absent: 'tshark was not found; Debian: apt-get install tshark' };
  return ['tshark', ...options];
}

async function go(...options: readonly string[]): Promise<readonly string[] | { readonly absent: string }> {
  const found = await buildGo('gopacket', goSource, 'the Go reader of captures');
  return found.found ? [found.value, ...options] : { absent: found.reason };
}

const analyze = async (...options: readonly string[]) => [process.execPath, launcher, 'analyze', ...options];

/** How long it takes to hand the bytes over at all. */
export const cat: CaptureRival = { name: 'cat', find: async (file) => ['sh', '-c', 'cat "$0" | wc -c', file] };

/** The report for people. */
export const report: CaptureRival = { name: 'kafka-scope analyze', find: (file) => analyze(file) };

export const json: CaptureRival = { name: 'kafka-scope --json', find: (file) => analyze(file, '--json') };

export const jsonRecords: CaptureRival = {
  name: 'kafka-scope --json --records',
  find: (file) => analyze(file, '--json', '--records'),
};

/** Reading and dissecting every packet, printing none. */
export const tsharkRead: CaptureRival = {
  name: 'tshark -q -z io,stat',
  find: (file, port) => tshark('-r', file, '-d', `tcp.port==${port},kafka`, '-q', '-z', 'io,stat,0'),
};

export const tsharkFields: CaptureRival = {
  name: 'tshark -T fields',
  find: (file, port) => {
    const fields = ['-e', 'kafka.request_key', '-e', 'kafka.correlation_id'];
    return tshark('-r', file, '-d', `tcp.port==${port},kafka`, '-Y', 'kafka', '-T', 'fields', ...fields);
  },
};

export const tsharkJson: CaptureRival = {
  name: 'tshark -T json',
  find: (file, port) => tshark('-r', file, '-d', `tcp.port==${port},kafka`, '-Y', 'kafka', '-T', 'json'),
};

/** gopacket's reassembly and franz-go's decoders, every body, records by header. */
export const goBodies: CaptureRival = {
  name: 'gopacket + kmsg',
  find: (file, port) => go('-port', String(port), file),
};

export const goRecords: CaptureRival = {
  name: 'gopacket + kmsg, records',
  find: (file, port) => go('-records', '-port', String(port), file),
};
