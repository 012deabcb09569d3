import { describe, expect, it } from 'vitest';
import { someOf, tableSection } from '../../../src/export/report/section.ts';
import { incident } from '../../support/report-facts.ts';

const numbers = tableSection<number>({
  name: 'numbers',
  title: 'Numbers',
  help: 'some numbers',
  rowsByDefault: 2,
  rows: ({ packets }) => Array.from({ length: packets }, (_, index) => index),
  columns: [
    { title: 'N', field: 'n', right: true, text: (row) => `#${row}`, value: (row) => row },
    { title: '', field: 'square', csvOnly: true, text: () => '', value: (row) => row * row },
  ],
});

describe('tableSection', () => {
  it('prints so many rows, and how to see the rest', () => {
    expect(numbers.print(incident, 2)).toEqual({
      title: 'Numbers',
      lines: ['   N', '  #0', '  #1', '  … and 10 more (--section numbers --top 12)'],
    });
    expect(numbers.print({ ...incident, packets: 0 }, 2)).toBeNull();
  });

  it('gives spreadsheets all rows and the columns that people do not need', () => {
    const table = numbers.csv(incident);
    expect(table?.header).toEqual(['n', 'square']);
    expect(table?.rows).toHaveLength(12);
    expect(table?.rows[3]).toEqual([3, 9]);
  });
});

describe('someOf', () => {
  it('names a few and counts the rest', () => {
    expect(someOf(['a', 'b'], false)).toBe('a, b');
    expect(someOf(['a', 'b', 'c', 'd', 'e'], false)).toBe('a, b, c +2');
    expect(someOf(['a', 'b', 'c', 'd'], true)).toBe('a, b, c +1…');
  });
});
