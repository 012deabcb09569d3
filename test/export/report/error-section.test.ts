import { describe, expect, it } from 'vitest';
import { errorsSection } from '../../../src/export/report/error-section.ts';
import { csvRows, printedText } from '../../support/report-facts.ts';

describe('error-section', () => {
  it('says what an error means', () => {
    expect(printedText(errorsSection)).toMatch(/REBALANCE_IN_PROGRESS \(27\) +1 +Heartbeat .*rejoin/);
    expect(printedText(errorsSection)).not.toContain('\x1b');
    expect(csvRows(errorsSection)).toContainEqual(expect.objectContaining({ code: 27, api: 'Heartbeat', count: 1 }));
  });
});
