import { describe, expect, it } from 'vitest';
import { unreadSection } from '../../../src/export/report/unread-section.ts';
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
      limitsReached: { streamsMax: 3, other: 0 },
    };
    const text = unreadSection.print({ ...incident, capture }, 5)?.lines.join('\n');
    expect(text).toContain('2 TLS connections: No key log.');
    expect(text).toContain('The limit streamsMax was reached 3 times');
    expect(text).not.toContain('other');
  });
});
