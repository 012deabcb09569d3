import { printable } from '../../wire/printable.ts';
import { bytesText, countText, durationText, shareText, timeText } from '../quantity-text.ts';
import type { ReportFacts } from './report-facts.ts';
import type { ReportSection } from './section.ts';

/** What the capture is, in three lines. */
export const summarySection: ReportSection = {
  name: 'summary',
  help: 'the capture, its time span, packets, connections and errors',
  rowsByDefault: 5,
  print: headSection,
  csv: () => null,
};

function headSection({ path, packets, bytes, capture, summary, metrics, filter }: ReportFacts) {
  const { total } = metrics;
  const lines: string[] = [];
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
