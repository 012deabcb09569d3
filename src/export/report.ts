import type { SlowExchange } from '../insight/slowest.ts';
import type { ApiFigures, ClientFigures, MetricsSnapshot } from '../metrics/metrics-snapshot.ts';
import { errorMeaning } from '../protocol/error-codes.ts';
import { printable } from '../wire/printable.ts';
import { bytesText, countText, durationText, shareText, timeText } from './quantity-text.ts';
import type { RunSummary } from './run-summary.ts';
import { type Column, table } from './text-table.ts';

/** What the capture's reader knows beside the traffic; a part of the capture room's statistics. */
export interface CaptureFacts {
  readonly truncated: boolean;
  readonly tcpConnections: number;
  readonly firstPacketUs: number | null;
  readonly lastPacketUs: number | null;
  readonly skippedPackets: Readonly<Record<string, number>>;
  /** Server endpoints whose traffic is not Kafka, largest first. */
  readonly notKafka: readonly {
    readonly endpoint: string;
    readonly connections: number;
    readonly bytes: number;
    readonly looksLike: string;
  }[];
  /** What became of TLS connections; `message` says what the last unread one lacked. */
  readonly tls?: { readonly decrypted: number; readonly unread: number; readonly message: string | null };
}

/** Everything the report for people is made from. */
export interface ReportFacts {
  readonly path: string;
  readonly packets: number;
  readonly bytes: number;
  readonly capture: CaptureFacts | null;
  readonly summary: RunSummary;
  readonly metrics: MetricsSnapshot;
  readonly slowest: readonly SlowExchange[];
  /** The filter that the tables were made with; the head always counts the whole capture. */
  readonly filter: string | null;
  /** Rows of each table at most. */
  readonly top: number;
}

/** The report of `analyze`: the first questions of an incident in one screen. Ends with a newline. */
export function printReport(facts: ReportFacts, color: boolean): string {
  const sections = [
    headSection(facts),
    apiSection(facts),
    clientSection(facts),
    brokerSection(facts),
    errorSection(facts),
    slowSection(facts),
    unreadSection(facts),
  ];
  const bold = (text: string) => (color ? `\x1b[1m${text}\x1b[22m` : text);
  return sections
    .filter((section) => section !== null)
    .map(({ title, lines }) => `${bold(title)}\n${lines.join('\n')}\n`)
    .join('\n');
}

interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

function headSection({ path, packets, bytes, capture, summary, metrics, filter }: ReportFacts): Section {
  const { total } = metrics;
  const lines = [];
  if (capture?.firstPacketUs != null && capture.lastPacketUs !== null) {
    const lengthUs = capture.lastPacketUs - capture.firstPacketUs;
    lines.push(`  ${timeText(capture.firstPacketUs)} to ${timeText(capture.lastPacketUs)} (${durationText(lengthUs)})`);
  }
  lines.push(
    `  ${countText(packets)} packets, ${bytesText(bytes)}; ${countText(capture?.tcpConnections ?? null)} TCP connections, ${countText(summary.connections)} of them Kafka`,
    `  ${countText(summary.requests)} requests, ${countText(summary.responses)} responses; errors in ${countText(total.errors)} responses (${shareText(total.errors, total.responses)}); throttled ${countText(total.throttledResponses)} (${durationText(total.throttleMs * 1000)})`,
  );
  if (summary.requests === 0) {
    lines.push('  No Kafka request was found in the clear. The largest TCP endpoints:');
    for (const { endpoint, connections, bytes: size, looksLike } of (capture?.notKafka ?? []).slice(0, 5)) {
      lines.push(`    ${endpoint}  ${countText(connections)} connections, ${bytesText(size)}, looks like ${looksLike}`);
    }
  }
  if (filter !== null)
    lines.push(
      `  filter: ${printable(filter)} (${countText(total.requests)} requests match; the tables show only these)`,
    );
  return { title: printable(path), lines };
}

const figureColumns: readonly Column<ApiFigures | ClientFigures>[] = [
  { title: 'REQUESTS', right: true, cell: (row) => countText(row.requests) },
  { title: 'ERRORS', right: true, cell: (row) => countText(row.errors) },
  { title: 'IN', right: true, cell: (row) => bytesText(row.requestBytes) },
  { title: 'OUT', right: true, cell: (row) => bytesText(row.responseBytes) },
  { title: 'P50', right: true, cell: (row) => durationText(row.latency.p50Us) },
  { title: 'P95', right: true, cell: (row) => durationText(row.latency.p95Us) },
  { title: 'P99', right: true, cell: (row) => durationText(row.latency.p99Us) },
  { title: 'MAX', right: true, cell: (row) => durationText(row.latency.maxUs) },
  { title: 'WAIT P99', right: true, cell: (row) => (row.wait.count === 0 ? '-' : durationText(row.wait.p99Us)) },
  { title: 'THROTTLE', right: true, cell: (row) => (row.throttleMs === 0 ? '-' : durationText(row.throttleMs * 1000)) },
];

function apiSection({ metrics, top }: ReportFacts): Section | null {
  const rows = metrics.byApi.filter((row) => row.apiVersion === null).slice(0, top);
  if (rows.length === 0) return null;
  const versionsOf = (api: ApiFigures) =>
    metrics.byApi
      .filter((row) => row.apiKey === api.apiKey && row.apiVersion !== null)
      .map((row) => row.apiVersion)
      .sort((a, b) => Number(a) - Number(b))
      .join(',');
  const columns: Column<ApiFigures>[] = [
    { title: 'API', cell: (row) => row.apiName ?? `key ${row.apiKey}` },
    { title: 'VERSIONS', cell: versionsOf },
    ...figureColumns,
  ];
  return { title: 'APIs (latency without deliberate waits)', lines: table(columns, rows) };
}

function clientSection({ metrics, top }: ReportFacts): Section | null {
  if (metrics.byClient.length === 0) return null;
  const columns: Column<ClientFigures>[] = [
    { title: 'CLIENT', cell: (row) => (row.clientId === null ? '(none)' : printable(row.clientId)) },
    {
      title: 'SOFTWARE',
      cell: (row) => (row.software === null ? '?' : printable(`${row.software} ${row.softwareVersion ?? '?'}`)),
    },
    ...figureColumns.slice(0, 8),
  ];
  return { title: 'Clients', lines: table(columns, metrics.byClient.slice(0, top)) };
}

function brokerSection({ metrics, top }: ReportFacts): Section | null {
  if (metrics.byBroker.length === 0) return null;
  const columns = [
    { title: 'BROKER', cell: (row: (typeof metrics.byBroker)[number]) => row.broker },
    { title: 'REQUESTS', right: true, cell: (row: (typeof metrics.byBroker)[number]) => countText(row.requests) },
    { title: 'ERRORS', right: true, cell: (row: (typeof metrics.byBroker)[number]) => countText(row.errors) },
    { title: 'P50', right: true, cell: (row: (typeof metrics.byBroker)[number]) => durationText(row.latency.p50Us) },
    { title: 'P99', right: true, cell: (row: (typeof metrics.byBroker)[number]) => durationText(row.latency.p99Us) },
  ];
  return { title: 'Brokers', lines: table(columns, metrics.byBroker.slice(0, top)) };
}

function errorSection({ metrics, top }: ReportFacts): Section | null {
  if (metrics.errors.length === 0) return null;
  const columns = [
    { title: 'ERROR', cell: (row: (typeof metrics.errors)[number]) => `${row.name} (${row.code})` },
    { title: 'COUNT', right: true, cell: (row: (typeof metrics.errors)[number]) => countText(row.count) },
    { title: 'API', cell: (row: (typeof metrics.errors)[number]) => row.apiName ?? '?' },
    {
      title: 'CLIENT',
      cell: (row: (typeof metrics.errors)[number]) => (row.clientId === null ? '(none)' : printable(row.clientId)),
    },
    { title: 'MEANING', cell: (row: (typeof metrics.errors)[number]) => errorMeaning(row.code) },
  ];
  const rows = [...metrics.errors].sort((a, b) => b.count - a.count).slice(0, top);
  return { title: 'Errors', lines: table(columns, rows) };
}

function slowSection({ slowest }: ReportFacts): Section | null {
  if (slowest.length === 0) return null;
  const columns: Column<SlowExchange>[] = [
    { title: 'TOOK', right: true, cell: (row) => durationText(row.workUs) },
    { title: 'QUEUED', right: true, cell: (row) => durationText(row.queuedUs) },
    { title: 'EXCHANGE', cell: (row) => `#${row.seq}` },
    { title: 'API', cell: (row) => row.api },
    { title: 'CLIENT', cell: (row) => (row.clientId === null ? '(none)' : printable(row.clientId)) },
    { title: 'BROKER', cell: (row) => row.broker },
    {
      title: 'TOPICS',
      cell: (row) =>
        row.topics
          .slice(0, 2)
          .map((topic) => printable(topic))
          .join(','),
    },
    { title: 'ERROR', cell: (row) => row.error ?? '' },
  ];
  return { title: 'Slowest exchanges (deliberate waits not counted)', lines: table(columns, slowest) };
}

function unreadSection({ capture, summary }: ReportFacts): Section | null {
  const lines: string[] = [];
  if (capture?.truncated === true)
    lines.push('  The file ends in the middle of a packet; everything before it was read.');
  if (capture?.tls !== undefined && capture.tls.unread > 0 && capture.tls.message !== null) {
    lines.push(`  ${countText(capture.tls.unread)} TLS connections: ${capture.tls.message}`);
  }
  if (summary.gaps > 0) lines.push(`  ${countText(summary.gaps)} gaps: bytes that the capture does not have.`);
  if (summary.incompleteFrames > 0) {
    lines.push(
      `  ${countText(summary.incompleteFrames)} messages were cut by the end of their connection or of the capture.`,
    );
  }
  if (summary.notKafka > 0)
    lines.push(
      `  ${countText(summary.notKafka)} streams to Kafka ports carry something else (TLS, HTTP, damaged sizes).`,
    );
  for (const [reason, count] of Object.entries(summary.opaque)) {
    lines.push(`  ${countText(count)} messages could not be decoded: ${reason}.`);
  }
  for (const [reason, count] of Object.entries(capture?.skippedPackets ?? {})) {
    if (count > 0) lines.push(`  ${countText(count)} packets skipped: ${reason}.`);
  }
  return lines.length === 0 ? null : { title: 'Not read', lines };
}
