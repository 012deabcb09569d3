import { describe, expect, it } from 'vitest';
import { findingsSection } from '../../../src/export/report/finding-section.ts';
import { Conversation } from '../../support/conversation.ts';
import { textBytes } from '../../support/diagnose.ts';
import { reportFactsOf } from '../../support/report-facts.ts';

describe('finding-section', () => {
  it('says what is wrong and what to do', () => {
    const facts = reportFactsOf(new Conversation().raw('client', textBytes('GET / HTTP/1.1')));
    expect(findingsSection.print(facts, 5)?.lines.join('\n')).toMatch(/1 +http-to-kafka-port .*right port/);
    expect(findingsSection.csv(facts)?.rows[0]).toContain('warning');
  });
});
