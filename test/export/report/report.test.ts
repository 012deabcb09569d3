import { describe, expect, it } from 'vitest';
import { printReport } from '../../../src/export/report/report.ts';
import type { ReportFacts } from '../../../src/export/report/report-facts.ts';
import { Conversation } from '../../support/conversation.ts';
import { reportFactsOf } from '../../support/report-facts.ts';

const screen = { sections: null, top: null };

const failing = new Conversation()
  .request(18, 3, 1, { clientSoftwareName: 'librdkafka', clientSoftwareVersion: '2.0.2' }, 'cli\x1b[31ment')
  .response(18, 3, 1, { apiKeys: [] })
  .request(12, 4, 2, { groupId: 'billing', memberId: 'm', generationId: 3 }, 'cli\x1b[31ment')
  .after(40_000)
  .response(12, 4, 2, { errorCode: 27 })
  .closed();

describe('printReport', () => {
  it('answers who, what, how slow and what failed, and lets no escape through', () => {
    const text = printReport(reportFactsOf(failing), screen, false);
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
    const facts = reportFactsOf(failing);
    facts.summary.gaps = 2;
    const capture = {
      ...facts.capture,
      truncated: true,
      skippedPackets: { 'ip-fragment': 3 },
    } as ReportFacts['capture'];
    const text = printReport({ ...facts, capture }, screen, false);
    expect(text).toContain('ends in the middle of a packet');
    expect(text).toContain('2 gaps');
    expect(text).toContain('3 packets skipped: ip-fragment');
  });

  it('names what is there instead when there is no Kafka', () => {
    const facts = reportFactsOf(new Conversation().closed());
    const notKafka = [{ endpoint: '10.0.0.1:443', connections: 4, bytes: 9000, looksLike: 'tls-handshake' }];
    const text = printReport(
      { ...facts, capture: { ...facts.capture, notKafka } as ReportFacts['capture'] },
      screen,
      false,
    );
    expect(text).toContain('No Kafka request was found');
    expect(text).toContain('10.0.0.1:443  4 connections, 9.00 kB, looks like tls-handshake');
  });

  it('answers what was asked by name, also with nothing', () => {
    const text = printReport(reportFactsOf(failing), { sections: ['throttle', 'errors'], top: 1 }, false);
    expect(text).toMatch(/^throttle\n {2}nothing seen\n\nErrors\n/);
    expect(text).not.toContain('Brokers');
  });
});
