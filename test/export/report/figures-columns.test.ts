import { describe, expect, it } from 'vitest';
import { figureColumns } from '../../../src/export/report/figures-columns.ts';
import { incident } from '../../support/report-facts.ts';

describe('figureColumns', () => {
  it('have a heading for people and a name with its unit for spreadsheets', () => {
    const fields = figureColumns.map(({ field }) => field);
    expect(new Set(fields).size).toBe(fields.length);
    for (const { title, field } of figureColumns) {
      if (/P\d\d|MAX/.test(title)) expect(field).toMatch(/_us$/);
    }
  });

  it('show a dash where nothing waited and nothing was throttled', () => {
    const heartbeat = incident.metrics.byApi.find((row) => row.apiName === 'Heartbeat' && row.apiVersion === null);
    if (heartbeat === undefined) throw new Error('the incident has a Heartbeat');
    const texts = Object.fromEntries(figureColumns.map((column) => [column.title, column.text(heartbeat)]));
    expect(texts).toMatchObject({ REQUESTS: '1', ERRORS: '1', 'WAIT P99': '-', THROTTLE: '-' });
  });
});
