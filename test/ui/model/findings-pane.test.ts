import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/insight/finding.ts';
import { findingLines } from '../../../ui/model/findings-pane.ts';
import { lineText, lineWidth } from '../../../ui/model/line.ts';
import { receiveFindings } from '../../../ui/model/update-findings.ts';
import { UiSession } from '../../support/ui-session.ts';

const finding = (at: number): Finding => ({
  finding: at === 0 ? 'scram-nonce-repeated' : `warning-${at}`,
  severity: at === 0 ? 'error' : 'warning',
  message: at === 0 ? 'The login fails though the password may be right: \x1b[31mupgrade librdkafka.' : 'Mild.',
  client: '10.0.0.1:50000',
  broker: '10.0.0.9:9092',
  connection: at,
  count: 3,
  firstUs: at,
  lastUs: 1_000_000,
});

function shown(rows: readonly Finding[], columns: number, height: number, omitted = 0): string[] {
  const session = new UiSession(columns, 24).press('4');
  const lines = findingLines(receiveFindings(session.state, { rows, omitted }), height);
  expect(lines.length).toBeLessThanOrEqual(height);
  for (const row of lines) expect(lineWidth(row)).toBeLessThanOrEqual(columns);
  return lines.map(lineText);
}

describe('the Findings screen', () => {
  it.each([60, 80, 200])('lists findings and says the selected one in full at %s columns', (columns) => {
    const lines = shown([finding(0), finding(1)], columns, 20);
    expect(lines[0]).toContain('FINDING');
    expect(lines[1]).toMatch(/✗ +3 00:00:01\.000 scram-nonce-repeated/);
    const text = lines.join(' ').replaceAll(/ +/g, ' ');
    expect(text).toContain('The login fails though the password may be right');
    expect(text).toContain('\\x1b[31mupgrade librdkafka.');
  });

  it('scrolls with the selection and says what had no room', () => {
    const rows = Array.from({ length: 50 }, (_, at) => finding(at));
    const lines = shown(rows, 100, 16, 7);
    expect(lines.join('\n')).toContain('7 more had no room');
    expect(lines.filter((text) => text.includes('warning-')).length).toBeGreaterThan(5);
  });

  it('says that all is well, or that nothing is known yet', () => {
    expect(shown([], 80, 16).join('\n')).toContain('Nothing to report');
    const waiting = findingLines(new UiSession().press('4').state, 10);
    expect(waiting.map(lineText).join('\n')).toContain('waiting');
  });
});
