import { describe, expect, it } from 'vitest';
import { summarySection } from '../../../src/export/report/summary-section.ts';
import { incident } from '../../support/report-facts.ts';

describe('summary-section', () => {
  it('says what the capture is, and how much of it a filter shows', () => {
    const text = summarySection.print({ ...incident, filter: 'error' }, 5)?.lines.join('\n');
    expect(text).toContain('12 packets, 3.46 kB; 3 TCP connections, 1 of them Kafka');
    expect(text).toContain('filter: error');
    expect(summarySection.csv(incident)).toBeNull();
  });
});
