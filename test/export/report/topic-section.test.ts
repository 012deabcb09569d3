import { describe, expect, it } from 'vitest';
import { topicsSection } from '../../../src/export/report/topic-section.ts';
import { csvRows, printedText } from '../../support/report-facts.ts';

describe('topic-section', () => {
  it('lists topics with their errors', () => {
    expect(printedText(topicsSection)).toMatch(/orders +0 +0 +0 B .* 1$/m);
    expect(printedText(topicsSection)).not.toContain('\x1b');
    expect(csvRows(topicsSection)).toContainEqual(
      expect.objectContaining({ topic: 'orders', errors: 1, produce_requests: 0 }),
    );
  });
});
