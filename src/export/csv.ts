import { printable } from '../wire/printable.ts';
import type { CsvValue } from './report/section.ts';

/** Cells that begin with one of these are formulas to a spreadsheet; a quote in front makes them text. */
const formula = /^[=+\-@\t\r]/;

/** Characters that a cell needs quotes for (RFC 4180), and a blank at either end, which readers trim. */
const needsQuotes = /["\n\r,]|^\s|\s$/;

/** Longest cell; spreadsheets cut at 32,767 characters. */
const cellCharactersMax = 32_000;

/**
 * One line of a CSV file (RFC 4180), without its end. Text that a spreadsheet would run as a formula gets an
 * apostrophe in front; what a terminal would obey is escaped, as everywhere.
 */
export function csvLine(values: readonly CsvValue[]): string {
  return values.map(cell).join(',');
}

function cell(value: CsvValue): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = printable(value, false, cellCharactersMax);
  const text = formula.test(value) ? `'${safe}` : safe;
  return needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
