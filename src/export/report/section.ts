import { table } from '../text-table.ts';
import type { ReportFacts } from './report-facts.ts';

/** A value as a spreadsheet gets it: numbers bare, times in µs, sizes in bytes, null for unknown. */
export type CsvValue = string | number | null;

/** A table as data: what `--csv` writes. */
export interface CsvTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly CsvValue[])[];
}

/** One part of the report. Adding one is a file and a line in `sections.ts`. */
export interface ReportSection {
  /** Its name for `--section`, and the stem of its CSV file. */
  readonly name: string;
  /** What it answers, as one phrase for the help text. */
  readonly help: string;
  /** Rows in the report of one screen; 0: only when it is asked for. */
  readonly rowsByDefault: number;
  /** Heading and lines with at most `rowsMax` rows; null when there is nothing to say. */
  print(facts: ReportFacts, rowsMax: number): { readonly title: string; readonly lines: readonly string[] } | null;
  /** All rows as data; null for parts that are no table. */
  csv(facts: ReportFacts): CsvTable | null;
}

/** A column of a table: its heading for people, its name for spreadsheets, and both values. */
export interface ReportColumn<Row> {
  readonly title: string;
  readonly field: string;
  readonly right?: boolean;
  text(row: Row): string;
  value(row: Row): CsvValue;
  /** Only in the CSV. */
  readonly csvOnly?: boolean;
}

/** A part of the report that is one table. */
export function tableSection<Row>(options: {
  readonly name: string;
  readonly title: string;
  readonly help: string;
  readonly rowsByDefault: number;
  readonly columns: readonly ReportColumn<Row>[];
  rows(facts: ReportFacts): readonly Row[];
}): ReportSection {
  const { name, title, help, rowsByDefault, columns } = options;
  const shown = columns.filter((column) => column.csvOnly !== true);
  return {
    name,
    help,
    rowsByDefault,
    print(facts, rowsMax) {
      const rows = options.rows(facts);
      if (rows.length === 0) return null;
      const cells = shown.map(({ title: heading, right, text }) => ({
        title: heading,
        cell: text,
        ...(right === undefined ? {} : { right }),
      }));
      const lines = table(cells, rows.slice(0, rowsMax));
      if (rows.length > rowsMax)
        lines.push(`  … and ${rows.length - rowsMax} more (--section ${name} --top ${rows.length})`);
      const note = facts.notes?.[name];
      if (note !== undefined) lines.push(`  ${note}`);
      return { title, lines };
    },
    csv: (facts) => ({
      header: columns.map(({ field }) => field),
      rows: options.rows(facts).map((row) => columns.map((column) => column.value(row))),
    }),
  };
}

/** Names of clients or anything else in one cell: the first few, and how many more there are. */
export function someOf(names: readonly string[], more: boolean, shownMax = 3): string {
  const rest = names.length - shownMax;
  const end = rest > 0 || more ? ` +${Math.max(rest, 1)}${more ? '…' : ''}` : '';
  return `${names.slice(0, shownMax).join(', ')}${end}`;
}
