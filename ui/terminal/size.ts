/** A size no terminal has; used where the stream does not know its own. */
const fallback = { columns: 80, rows: 24 };

/** Columns and rows to draw on. Windows consoles scroll when the last cell is written, so their last row stays free. */
export function terminalSize(
  stream: { readonly columns?: number; readonly rows?: number },
  platform: string,
): { readonly columns: number; readonly rows: number } {
  const columns = stream.columns !== undefined && stream.columns > 0 ? stream.columns : fallback.columns;
  const rows = stream.rows !== undefined && stream.rows > 0 ? stream.rows : fallback.rows;
  return { columns, rows: platform === 'win32' ? Math.max(1, rows - 1) : rows };
}

/** Why this terminal cannot show the UI, as a sentence with the way out; null when it can. */
export function terminalRefusal(
  stdin: { readonly isTTY?: boolean },
  stdout: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): string | null {
  if (stdout.isTTY !== true) return 'the terminal UI needs a terminal on stdout; use --json or --no-ui';
  if (stdin.isTTY !== true) return 'the terminal UI needs a keyboard on stdin; use --json or --no-ui';
  if (env.TERM === 'dumb') return 'TERM=dumb cannot show the terminal UI; use --json or --no-ui';
  return null;
}
