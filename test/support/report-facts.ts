import type { ReportFacts } from '../../src/export/report/report-facts.ts';
import { ReportFolds } from '../../src/export/report/report-folds.ts';
import type { ReportSection } from '../../src/export/report/section.ts';
import { TrafficSession } from '../../src/runtime/traffic-session.ts';
import { Conversation } from './conversation.ts';

/** The facts of a report on a conversation, as if it had been captured. */
export function reportFactsOf(conversation: Conversation, changes: Partial<ReportFacts> = {}): ReportFacts {
  const folds = new ReportFolds(50);
  const session = new TrafficSession({ historyBytesMax: null, unsafeShowSecrets: false, sinks: [folds.take] });
  for (const input of conversation.inputs) session.receive(input);
  return {
    path: 'incident.pcap',
    packets: 12,
    bytes: 3456,
    capture: {
      truncated: false,
      tcpConnections: 3,
      firstPacketUs: 1_000_000_000,
      lastPacketUs: 1_002_500_000,
      skippedPackets: {},
      notKafka: [],
    },
    summary: session.summary,
    metrics: session.metrics.snapshot(session.lastUs),
    ...folds.facts(),
    findings: session.doctor.findings.list(),
    filter: null,
    ...changes,
  };
}

/** A client with an escape in its name: negotiates, is throttled, misses a topic and meets a rebalance. */
export const incident: ReportFacts = reportFactsOf(
  new Conversation()
    .request(18, 3, 1, { clientSoftwareName: 'librdkafka', clientSoftwareVersion: '2.0.2' }, 'cli\x1b[31ment')
    .response(18, 3, 1, { apiKeys: [] })
    .request(3, 9, 2, { topics: [{ name: 'orders' }] }, 'cli\x1b[31ment')
    .response(3, 9, 2, {
      throttleTimeMs: 250,
      clusterId: 'c1',
      controllerId: 1,
      brokers: [{ nodeId: 1, host: 'b1', port: 9092, rack: null }],
      topics: [{ errorCode: 3, name: 'orders', isInternal: false, partitions: [] }],
    })
    .request(12, 3, 3, { groupId: 'billing', generationId: 3, memberId: 'm' }, 'cli\x1b[31ment')
    .response(12, 3, 3, { errorCode: 27 })
    .closed(),
);

/** What a section prints of the incident, as one text. */
export function printedText(section: ReportSection): string {
  return section.print(incident, 10)?.lines.join('\n') ?? '';
}

/** What a section gives spreadsheets of the incident, row by row with named values. */
export function csvRows(section: ReportSection): Record<string, unknown>[] {
  const table = section.csv(incident);
  if (table === null) return [];
  return table.rows.map((row) => Object.fromEntries(table.header.map((field, at) => [field, row[at]])));
}
