import { describe, expect, it } from 'vitest';
import { throttleSection } from '../../../src/export/report/throttle-section.ts';
import { csvRows, printedText } from '../../support/report-facts.ts';

describe('throttle-section', () => {
  it('says who is slowed down', () => {
    expect(printedText(throttleSection)).toMatch(/Metadata +1 +250 ms +250 ms/);
    expect(printedText(throttleSection)).not.toContain('\x1b');
    expect(csvRows(throttleSection)).toContainEqual(expect.objectContaining({ api: 'Metadata', total_ms: 250 }));
  });
});
