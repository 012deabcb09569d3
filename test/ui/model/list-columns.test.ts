import { describe, expect, it } from 'vitest';
import { unicodeGlyphs } from '../../../ui/model/glyphs.ts';
import { apiText, cellText, listColumns, markerColumns, visibleColumns } from '../../../ui/model/list-columns.ts';
import { fakeRow, fakeStartUs } from '../../support/fake-exchange.ts';

const context = {
  glyphs: unicodeGlyphs,
  timeFormat: 'utc' as const,
  startedAtUs: fakeStartUs,
  nowUs: fakeStartUs,
  previousUs: null,
  width: Number.POSITIVE_INFINITY,
};

describe('columns of the list', () => {
  it('leave in the promised order', () => {
    expect(visibleColumns(120)).toHaveLength(10);
    expect(visibleColumns(119)).not.toContain('broker');
    expect(visibleColumns(119)).not.toContain('size');
    expect(visibleColumns(100)).toContain('version');
    expect(visibleColumns(99)).not.toContain('version');
    expect(visibleColumns(80)).toContain('client');
    expect(visibleColumns(60)).toEqual(['seq', 'time', 'api', 'target', 'latency', 'result']);
  });

  it.each([60, 70, 80, 99, 100, 119, 120, 160, 200, 300])('fill %s columns, never more', (columns) => {
    const laid = listColumns(columns, 'utc', 5);
    const used = laid.reduce((sum, column) => sum + column.width, markerColumns + laid.length - 1);
    expect(used).toBe(columns);
    for (const column of laid) expect(column.width, column.name).toBeGreaterThan(2);
  });

  it('make room for large numbers and name the time', () => {
    expect(listColumns(80, 'delta', 9)[0]?.width).toBe(9);
    expect(listColumns(80, 'delta', 5)[1]?.title).toBe('DELTA');
    expect(listColumns(80, 'utc', 5)).toBe(listColumns(80, 'utc', 5));
  });

  it('say what the row says', () => {
    const row = fakeRow(2);
    const cells = (
      ['seq', 'time', 'client', 'broker', 'api', 'version', 'target', 'size', 'latency', 'result'] as const
    ).map((name) => cellText(row, name, context));
    expect(cells).toEqual([
      '2',
      '14:02:11.208',
      'billing',
      '3',
      'Fetch',
      '16',
      'payments +2',
      '310.0 KB',
      '500.4 ms',
      '✓ waited 499 ms',
    ]);
  });

  it('keep the count of topics when the name is cut', () => {
    expect(cellText(fakeRow(2), 'target', { ...context, width: 8 })).toBe('paym… +2');
  });

  it('say unknown as unknown', () => {
    const row = {
      ...fakeRow(9),
      nodeId: null,
      apiVersion: null,
      requestSizeBytes: null,
      responseSizeBytes: null,
      latencyUs: null,
    };
    expect(
      ['client', 'broker', 'version', 'size', 'latency'].map((name) => cellText(row, name as 'client', context)),
    ).toEqual(['(none)', '?', '?', '?', '']);
    expect(apiText(row)).toBe('key 999');
    expect(apiText({ ...row, apiKey: null })).toBe('SASL token');
  });

  it('name the group or transaction where there is no topic', () => {
    expect(cellText(fakeRow(5), 'target', context)).toBe('grp billing');
    expect(cellText({ ...fakeRow(5), group: null, transactionalId: 'tx\u0007' }, 'target', context)).toBe(
      'txn tx\\x07',
    );
  });
});
