/** One column of a plain text table. */
export interface Column<Row> {
  readonly title: string;
  /** Numbers stand at the right edge. */
  readonly right?: boolean;
  cell(row: Row): string;
}

/** A table as lines, indented by two spaces; columns are as wide as their widest cell, the last one is not padded. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
  const cells = [
    columns.map((column) => column.title),
    ...rows.map((row) => columns.map((column) => column.cell(row))),
  ];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index]?.length ?? 0)));
  return cells.map((line) => {
    const padded = line.map((cell, index) => {
      const width = widths[index] ?? 0;
      return columns[index]?.right === true ? cell.padStart(width) : cell.padEnd(width);
    });
    return `  ${padded.join('  ')}`.trimEnd();
  });
}
