import { describe, expect, it } from 'vitest';
import { groupsSection } from '../../../src/export/report/group-section.ts';
import { csvRows, printedText } from '../../support/report-facts.ts';

describe('group-section', () => {
  it('lists groups', () => {
    expect(printedText(groupsSection)).toMatch(/billing +classic +0 +\? /);
    expect(printedText(groupsSection)).not.toContain('\x1b');
    expect(csvRows(groupsSection)).toContainEqual(
      expect.objectContaining({ group: 'billing', kind: 'classic', heartbeats: 1, errors: 1, generation: null }),
    );
  });
});
