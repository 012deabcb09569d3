import { readFileSync } from 'node:fs';
import type { DriverReport, Scenario, ScenarioRecord } from '../scenario.ts';

/** The work order named on the command line. The file is written by the runner, so its shape is ours. */
export function readOrder(): Scenario {
  const file = process.argv[2];
  if (file === undefined) {
    throw new Error('usage: node DRIVER.ts ORDER.json');
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Scenario;
}

/** Prints the report as the driver's last line. */
export function printReport(report: DriverReport): void {
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

/** Longest time a driver waits for one step. */
export const stepTimeoutMs = 45_000;

/** Resolves when `ready()` holds; throws naming `what` when it never does. */
export async function waitUntil(
  what: string,
  ready: () => boolean | Promise<boolean>,
  timeoutMs: number = stepTimeoutMs,
): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  while (!(await ready())) {
    if (performance.now() > deadlineMs) {
      throw new Error(`${what} did not happen within ${timeoutMs} ms`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Records by partition and offset, so that a redelivery after a rebalance counts once. */
export class SeenRecords {
  readonly #records = new Map<string, ScenarioRecord>();

  /** Remembers one delivery. */
  add(partition: number, offset: string | bigint, record: ScenarioRecord): void {
    this.#records.set(`${partition}:${offset}`, record);
  }

  /** How many different records came. */
  get size(): number {
    return this.#records.size;
  }

  /** The records, in no particular order. */
  list(): ScenarioRecord[] {
    return [...this.#records.values()];
  }
}
