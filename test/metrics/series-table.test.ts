import { describe, expect, it } from 'vitest';
import { counterTable } from '../../src/metrics/series-table.ts';

describe('the series of a metric', () => {
  it('has one cell a combination of labels', () => {
    const table = counterTable(10);
    table.cell('Fetch', '17').value += 2;
    table.cell('Fetch', '17').value += 1;
    table.cell('Fetch', '1', '7').value += 5;
    expect(table.list((cell, labels) => [...labels, cell.value])).toEqual([
      ['Fetch', '17', 3],
      ['Fetch', '1', '7', 5],
    ]);
  });

  it('counts what is beyond its limit in one series of others', () => {
    const table = counterTable(1);
    for (const client of ['a', 'b', 'c', 'a']) table.cell('Fetch', client).value += 1;
    expect(table.list((cell, labels) => [...labels, cell.value])).toEqual([
      ['Fetch', 'a', 2],
      ['other', 'other', 2],
    ]);
    expect(table.folded).toBe(2);
  });
});
