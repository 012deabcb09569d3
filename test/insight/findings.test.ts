import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../src/insight/finding.ts';
import { Findings, findingsMax, hostOf } from '../../src/insight/findings.ts';

function diagnosis(changes: Partial<Diagnosis> = {}): Diagnosis {
  return {
    finding: 'sasl-needed',
    severity: 'error',
    atUs: 1_000,
    connection: 1,
    client: '10.0.0.1:50000',
    broker: '10.0.0.9:9092',
    message: 'log in',
    ...changes,
  };
}

describe('Findings', () => {
  it('counts the same word about the same client and broker as one, whatever the client port', () => {
    const findings = new Findings();
    expect(findings.add(diagnosis())).toBe(1);
    expect(findings.add(diagnosis({ client: '10.0.0.1:50001', atUs: 2_000, message: 'newest' }))).toBe(2);
    expect(findings.add(diagnosis({ client: '10.0.0.2:50001' }))).toBe(1);
    const row = findings.list().find((finding) => finding.count === 2);
    expect(row).toMatchObject({ message: 'newest', firstUs: 1_000, lastUs: 2_000, client: '10.0.0.1:50001' });
    expect(findings.size).toBe(2);
  });

  it('lists errors before warnings, and the newest first', () => {
    const findings = new Findings();
    findings.add(diagnosis({ finding: 'old', atUs: 1 }));
    findings.add(diagnosis({ finding: 'mild', severity: 'warning', atUs: 9 }));
    findings.add(diagnosis({ finding: 'new', atUs: 5 }));
    expect(findings.list().map(({ finding }) => finding)).toEqual(['new', 'old', 'mild']);
  });

  it('is bounded, and counts what had no room', () => {
    const findings = new Findings();
    for (let port = 0; port < findingsMax; port += 1) findings.add(diagnosis({ broker: `b:${port}` }));
    expect(findings.add(diagnosis({ broker: 'one more:1' }))).toBe(0);
    expect(findings.add(diagnosis({ broker: 'b:0' }))).toBe(2);
    expect([findings.size, findings.omitted]).toEqual([findingsMax, 1]);
  });
});

describe('hostOf', () => {
  it('leaves the port out', () => {
    expect([hostOf('10.0.0.1:5'), hostOf('[::1]:5'), hostOf(null), hostOf('name')]).toEqual([
      '10.0.0.1',
      '[::1]',
      '',
      'name',
    ]);
  });
});
