import { describe, expect, it } from 'vitest';
import { figureColumns } from '../../../src/export/report/figures-columns.ts';
import { apisSection, brokersSection, clientsSection } from '../../../src/export/report/traffic-sections.ts';
import { csvRows, incident, printedText } from '../../support/report-facts.ts';

describe('traffic-sections', () => {
  it('list APIs with versions and figures', () => {
    expect(printedText(apisSection)).toMatch(/Metadata +9 +1 +1 /);
    const row = csvRows(apisSection).find(({ api }) => api === 'Metadata');
    expect(row).toMatchObject({ versions: '9', requests: 1, errors: 1, throttle_ms: 250 });
    for (const { field } of figureColumns) expect(Object.keys(row ?? {})).toContain(field);
  });

  it('name clients and their software', () => {
    expect(printedText(clientsSection)).toMatch(/cli\\x1b\[31ment +librdkafka 2\.0\.2 +3 +2/);
    expect(csvRows(clientsSection)).toMatchObject([{ software: 'librdkafka', software_version: '2.0.2', requests: 3 }]);
  });

  it('list brokers', () => {
    expect(printedText(brokersSection)).toMatch(/127\.0\.0\.1:9092 +3 +2/);
    expect(csvRows(brokersSection)).toMatchObject([{ broker: '127.0.0.1:9092', host_name: null, requests: 3 }]);
  });

  it('give brokers the name that the capture has for their host', () => {
    const capture = { ...(incident.capture ?? expect.unreachable()), hostNames: { '127.0.0.1': 'b1.example\x1b[2J' } };
    const facts = { ...incident, capture };
    expect(brokersSection.print(facts, 10)?.lines.join('\n')).toMatch(/127\.0\.0\.1:9092 \(b1\.example\\x1b\[2J\) +3/);
    expect(brokersSection.csv(facts)?.rows[0]).toContain('b1.example\x1b[2J');
    const others = { ...incident, capture: { ...capture, hostNames: { '10.0.0.1': 'other' } } };
    expect(brokersSection.print(others, 10)?.lines.join('\n')).not.toContain('(');
  });
});
