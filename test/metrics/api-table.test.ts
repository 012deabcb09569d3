import { describe, expect, test } from 'vitest';
import { ApiTable, otherApiKey } from '../../src/metrics/api-table.ts';
import { exchangeOf, startUs } from './exchange-of.ts';

const second = startUs / 1_000_000;

function count(table: ApiTable, apiKey: number, apiVersion: number | null): void {
  const row = table.row(apiKey);
  const exchange = exchangeOf({ apiKey, apiVersion });
  row.total.started(exchange, second);
  table.version(row, apiVersion)?.started(exchange, second);
}

describe('api table', () => {
  test('sum rows first, then versions, each by requests', () => {
    const table = new ApiTable(10, 10);
    for (let i = 0; i < 3; i++) count(table, 1, 12);
    for (let i = 0; i < 2; i++) count(table, 0, 11);
    for (let i = 0; i < 2; i++) count(table, 0, 9);
    expect(
      table.figures(startUs, startUs).map(({ apiName, apiVersion, requests }) => [apiName, apiVersion, requests]),
    ).toEqual([
      ['Produce', null, 4],
      ['Fetch', null, 3],
      ['Fetch', 12, 3],
      ['Produce', 9, 2],
      ['Produce', 11, 2],
    ]);
  });

  test('made-up keys end in one row, known keys always have their own', () => {
    const table = new ApiTable(4, 4);
    for (let apiKey = 900; apiKey < 1900; apiKey++) count(table, apiKey, 0);
    count(table, 3, 12);
    const figures = table.figures(startUs, startUs);
    const sums = figures.filter((row) => row.apiVersion === null);
    expect(sums).toHaveLength(6);
    expect(sums[0]).toMatchObject({ apiKey: otherApiKey, apiName: 'other', requests: 996 });
    expect(sums.find((row) => row.apiKey === 3)?.requests).toBe(1);
    expect(sums.reduce((sum, row) => sum + row.requests, 0)).toBe(1001);
  });

  test('made-up versions count in the sum only', () => {
    const table = new ApiTable(4, 4);
    for (let apiVersion = -3; apiVersion < 97; apiVersion++) count(table, 3, apiVersion);
    const figures = table.figures(startUs, startUs);
    expect(figures).toHaveLength(5);
    expect(figures[0]?.requests).toBe(100);
    expect(figures.filter((row) => row.apiVersion !== null).map((row) => row.apiVersion)).toEqual([-3, -2, -1, 0]);
  });
});
