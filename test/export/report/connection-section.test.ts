import { describe, expect, it } from 'vitest';
import { connectionsSection } from '../../../src/export/report/connection-section.ts';
import { csvRows, printedText } from '../../support/report-facts.ts';

describe('connection-section', () => {
  it('lists connections; what TCP did not show is unknown', () => {
    expect(printedText(connectionsSection)).toMatch(/127\.0\.0\.1:50001 +127\.0\.0\.1:9092 .* \? +\? +\? +- /);
    expect(printedText(connectionsSection)).not.toContain('\x1b');
    expect(csvRows(connectionsSection)).toContainEqual(
      expect.objectContaining({ connection: 1, requests: 3, handshake_rtt_us: null, security: null }),
    );
  });
});
