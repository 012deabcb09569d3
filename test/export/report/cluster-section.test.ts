import { describe, expect, it } from 'vitest';
import { clustersSection } from '../../../src/export/report/cluster-section.ts';
import { csvRows, printedText } from '../../support/report-facts.ts';

describe('cluster-section', () => {
  it('names cluster and brokers', () => {
    expect(printedText(clustersSection)).toMatch(/c1 +1 +1=b1:9092/);
    expect(printedText(clustersSection)).not.toContain('\x1b');
    expect(csvRows(clustersSection)).toContainEqual(
      expect.objectContaining({ cluster_id: 'c1', controller_id: 1, brokers: '1=b1:9092' }),
    );
  });
});
