import { describe, expect, it } from 'vitest';
import { slowSection } from '../../../src/export/report/slow-section.ts';
import { csvRows, printedText } from '../../support/report-facts.ts';

describe('slow-section', () => {
  it('lists what took longest', () => {
    expect(printedText(slowSection)).toMatch(/1\.00 ms .*#\d +ApiVersions v3/);
    expect(printedText(slowSection)).not.toContain('\x1b');
    expect(csvRows(slowSection)).toContainEqual(expect.objectContaining({ seq: 2, work_us: 1000, topics: 'orders' }));
  });
});
