import { readFileSync } from 'node:fs';
import type { Cell, CellResult, CellsOrder } from '../cells.ts';
import { contentSha256, type ScenarioRecord } from '../scenario.ts';

/** Does every cell of the order named on the command line with `work`, and prints a line for each. */
export async function runCells(work: (cell: Cell) => Promise<readonly ScenarioRecord[]>): Promise<void> {
  const order = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as CellsOrder;
  for (const cell of order.cells) {
    const startedMs = performance.now();
    let read: readonly ScenarioRecord[] = [];
    let error: string | null = null;
    try {
      read = await work(cell);
    } catch (cause) {
      error = cause instanceof Error ? reasonOf(cause) : String(cause);
    }
    const result: CellResult = {
      name: cell.name,
      written: error === null ? cell.records.length : 0,
      read: read.length,
      contentSha256: contentSha256(read),
      tookMs: Math.round(performance.now() - startedMs),
      error,
    };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }
}

/** The message with those of its causes: clients wrap the error that says what happened. */
function reasonOf(error: Error): string {
  const inner = [...(error instanceof AggregateError ? error.errors : []), error.cause].filter(
    (each): each is Error => each instanceof Error,
  );
  return [error.message, ...inner.map(reasonOf)].join(' < ').slice(0, 600);
}
