import { describe, expect, it } from 'vitest';
import { unreadSection } from '../../../src/export/report/unread-section.ts';
import { RunSummary } from '../../../src/export/run-summary.ts';
import { incident } from '../../support/report-facts.ts';

describe('unread-section', () => {
  it('is silent when everything was read', () => {
    expect(unreadSection.print(incident, 5)).toBeNull();
  });

  it('names encrypted connections and limits that were reached', () => {
    const capture = {
      truncated: false,
      tcpConnections: 1,
      firstPacketUs: null,
      lastPacketUs: null,
      skippedPackets: {},
      notKafka: [],
      tls: { decrypted: 0, unread: 2, message: 'No key log.' },
    };
    const summary = new RunSummary(() => ({ assembledBytesMax: 3 }));
    summary.sourceLimits = { connectionsMax: 1 };
    const text = unreadSection.print({ ...incident, capture, summary }, 5)?.lines.join('\n');
    expect(text).toContain('2 TLS connections: No key log.');
    expect(text).toContain('The limit assembledBytesMax was reached 3 times: messages were cut');
    expect(text).toContain('The limit connectionsMax was reached once');
  });
});
