import { describe, expect, it } from 'vitest';
import { printReport, type ReportFacts } from '../../src/export/report.ts';
import { SlowestExchanges } from '../../src/insight/slowest.ts';
import { TrafficSession } from '../../src/runtime/traffic-session.ts';
import { Conversation } from '../support/conversation.ts';

function factsOf(conversation: Conversation, changes: Partial<ReportFacts> = {}): ReportFacts {
  const slowest = new SlowestExchanges(5);
  const session = new TrafficSession({ historyBytesMax: null, unsafeShowSecrets: false, sinks: [slowest.take] });
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
    slowest: slowest.list(),
    filter: null,
    top: 10,
    ...changes,
  };
}

const failing = new Conversation()
  .request(18, 3, 1, { clientSoftwareName: 'librdkafka', clientSoftwareVersion: '2.0.2' }, 'cli\x1b[31ment')
  .response(18, 3, 1, { apiKeys: [] })
  .request(12, 4, 2, { groupId: 'billing', memberId: 'm', generationId: 3 }, 'cli\x1b[31ment')
  .after(40_000)
  .response(12, 4, 2, { errorCode: 27 })
  .closed();

describe('printReport', () => {
  it('answers who, what, how slow and what failed, and lets no escape through', () => {
    const text = printReport(factsOf(failing), false);
    expect(text).toContain('12 packets, 3.46 kB; 3 TCP connections, 1 of them Kafka');
    expect(text).toContain('2 requests, 2 responses; errors in 1 responses (50 %)');
    expect(text).toMatch(/Heartbeat +4 +1 +1/);
    expect(text).toContain('librdkafka 2.0.2');
    expect(text).toMatch(/REBALANCE_IN_PROGRESS \(27\) +1 +Heartbeat/);
    expect(text).toMatch(/41\.0 ms .*#2 +Heartbeat v4/);
    expect(text).toContain('cli\\x1b[31ment');
    expect(text).not.toContain('\x1b');
    expect(text.endsWith('\n')).toBe(true);
  });

  it('says what could not be read', () => {
    const facts = factsOf(failing);
    facts.summary.gaps = 2;
    const capture = {
      ...facts.capture,
      truncated: true,
      skippedPackets: { 'ip-fragment': 3 },
    } as ReportFacts['capture'];
    const text = printReport({ ...facts, capture }, false);
    expect(text).toContain('ends in the middle of a packet');
    expect(text).toContain('2 gaps');
    expect(text).toContain('3 packets skipped: ip-fragment');
  });

  it('names what is there instead when there is no Kafka', () => {
    const facts = factsOf(new Conversation().closed());
    const notKafka = [{ endpoint: '10.0.0.1:443', connections: 4, bytes: 9000, looksLike: 'tls-handshake' }];
    const text = printReport({ ...facts, capture: { ...facts.capture, notKafka } as ReportFacts['capture'] }, false);
    expect(text).toContain('No Kafka request was found');
    expect(text).toContain('10.0.0.1:443  4 connections, 9.00 kB, looks like tls-handshake');
  });
});
