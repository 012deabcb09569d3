import { type Bench, createTopics } from './bench.ts';
import { runDriver } from './drivers.ts';
import type { OutputLines } from './exchange-lines.ts';
import { ProxyProcess } from './proxy-process.ts';
import type { Reporter } from './reporter.ts';
import { checkSockets, SocketWatch } from './socket-watch.ts';
import { checkSummary } from './traffic-checks.ts';

/** The work order of the Java driver that writes or reads a whole topic of incompressible bytes. */
export interface BulkOrder {
  readonly bootstrap: string;
  readonly clientId: string;
  readonly topic: string;
  readonly partitions: number;
  readonly recordsPerPartition: number;
  readonly valueBytes: number;
  readonly write: boolean;
}

/** What it reports. */
export interface BulkReport {
  readonly records: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly tookMs: number;
}

const partitions = 6;
const valueBytes = 10_240;
/** 1 GiB and a little in values alone. */
const recordsPerPartition = 17_500;
const topic = 'bulk';
/** The proxy keeps no more of this than of any other traffic: far less than what went through it. */
const residentBytesMax = 512 * 1024 * 1024;

const mebibytes = (bytes: number): string => `${Math.round(bytes / (1024 * 1024))} MiB`;

function rate(report: BulkReport): string {
  return `${mebibytes(report.bytes)} in ${(report.tookMs / 1000).toFixed(1)} s`;
}

/** Of a connection without rewrites, what went out on either side has the digest of what came in on the other. */
function checkDigests(reporter: Reporter, lines: OutputLines): void {
  const audits = lines.events.filter((event) => event.kind === 'connection-audit' && event.detail.balanced === true);
  let bytes = 0;
  let wrong = 0;
  for (const { detail } of audits) {
    const rewritten = 'addresses-rewritten' in detail || 'versions-capped' in detail || 'addresses-hidden' in detail;
    const toBroker = typeof detail.toBrokerSha256 === 'string' && detail.toBrokerSha256 === detail.fromClientSha256;
    const toClient = typeof detail.toClientSha256 === 'string' && detail.toClientSha256 === detail.fromBrokerSha256;
    wrong += toBroker && (toClient || rewritten) ? 0 : 1;
    bytes += Number(detail.toBroker) + (rewritten ? 0 : Number(detail.toClient));
  }
  reporter.check(
    'bulk: the streams of every connection leave the proxy with the digest they came with',
    wrong === 0 && bytes > 2 * partitions * recordsPerPartition * valueBytes,
    `${bytes} bytes of ${audits.length} connections, ${wrong} connections differ`,
  );
}

/** A gigabyte is written and read through the proxy, and read once more without it: one hash three times. */
export async function runBulkBytes(bench: Bench, direct: boolean): Promise<void> {
  const { reporter, cluster, directory } = bench;
  const bulk = bench.drivers.get('java')?.bulk;
  if (bulk === undefined || direct) {
    reporter.skip('bulk', direct ? 'it is about the proxy only' : 'the Java driver is not in this run');
    return;
  }
  await createTopics(bench, [{ topic, numPartitions: partitions, replicationFactor: 1 }]);
  const ports = cluster.ports(['CLIENT']);
  // As users run it under load, when not everything is looked at; and with digests of the four streams.
  const proxy = await ProxyProcess.start(cluster.bootstrap('CLIENT'), ['--inspect', 'auto', '--hash']);
  const watch = SocketWatch.start(ports, [proxy.pid]);
  const order = (bootstrap: string, clientId: string, write: boolean): BulkOrder => ({
    ...{ bootstrap, clientId, topic, partitions, recordsPerPartition, valueBytes, write },
  });
  let written: BulkReport;
  let read: BulkReport;
  let residentBytes: number | null;
  let exitCode: number | null = null;
  try {
    const through = proxy.listening ?? '';
    written = await runDriver<BulkReport>(bulk, order(through, 'bulk-writer', true), 'bulk-write', directory);
    read = await runDriver<BulkReport>(bulk, order(through, 'bulk-reader', false), 'bulk-read', directory);
    residentBytes = proxy.residentBytesMax;
  } finally {
    exitCode = await proxy.stop();
    proxy.writeOutput(directory, 'bulk');
  }
  checkSockets(reporter, 'bulk', watch, ports);
  const bootstrap = cluster.bootstrap('CLIENT');
  const stored = await runDriver<BulkReport>(bulk, order(bootstrap, 'bulk-direct', false), 'bulk-direct', directory);
  reporter.check(
    'bulk: what is stored is what was written through the proxy',
    stored.bytes === written.bytes && stored.sha256 === written.sha256,
    `${stored.bytes} bytes, sha256 ${stored.sha256.slice(0, 16)}; written in ${rate(written)}`,
  );
  reporter.check(
    'bulk: what is read through the proxy is what is read without it',
    read.bytes === stored.bytes && read.sha256 === stored.sha256,
    `${read.bytes} bytes; ${rate(read)}, without the proxy ${rate(stored)}`,
  );
  if (residentBytes === null) {
    reporter.skip('bulk: the memory of the proxy', 'this system has no /proc');
  } else {
    reporter.check(
      `bulk: the proxy never held more than ${mebibytes(residentBytesMax)} of memory`,
      residentBytes <= residentBytesMax,
      mebibytes(residentBytes),
    );
  }
  checkDigests(reporter, proxy.lines);
  checkSummary(reporter, 'bulk', proxy.lines, true);
  reporter.check('bulk: SIGTERM ends the proxy with 143', exitCode === 143, `exit code ${exitCode}`);
}
