import { createWriteStream, existsSync, mkdirSync, type WriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineEvent } from '../exchange/event.ts';
import { csvLine } from '../export/csv.ts';
import { exchangeCsvHeader, exchangeCsvRow } from '../export/exchange-csv.ts';
import type { ReportFacts } from '../export/report/report-facts.ts';
import { reportSections } from '../export/report/sections.ts';
import { systemErrorCode } from '../wire/system-error.ts';
import { CliError, exitCode } from './cli-error.ts';

const exchangesFile = 'exchanges.csv';

/** Rows of exchanges gathered before they are written. */
const chunkBytes = 64 * 1024;

/**
 * `--csv DIR`: a file for each table of the report, and one with every exchange. Names are ours alone, nothing in the
 * traffic chooses one; a file that exists is never written over.
 */
export class CsvFolder {
  readonly #folder: string;
  readonly #exchanges: WriteStream;
  #chunk = '';
  #failure: Error | null = null;

  /** Creates the folder. Throws a CliError when it cannot be written or holds such files already. */
  constructor(folder: string) {
    this.#folder = folder;
    const names = [exchangesFile, ...reportSections.map(({ name }) => `${name}.csv`)];
    try {
      mkdirSync(folder, { recursive: true });
    } catch (error) {
      throw failure(folder, error);
    }
    const taken = names.find((name) => existsSync(join(folder, name)));
    if (taken !== undefined) {
      throw new CliError(
        `--csv ${folder}: ${taken} is there already and is not written over; name an empty or a new folder.`,
        exitCode.usage,
      );
    }
    this.#exchanges = createWriteStream(join(folder, exchangesFile), { flags: 'wx', mode: 0o600 });
    this.#exchanges.on('error', (error) => {
      this.#failure ??= error;
    });
    this.#write(csvLine(exchangeCsvHeader));
  }

  readonly take = (event: EngineEvent): void => {
    if (event.kind === 'completed') this.#write(csvLine(exchangeCsvRow(event.exchange)));
  };

  /** A promise to wait for while the disk is behind; undefined when it is not. */
  drained(): Promise<void> | undefined {
    if (!this.#exchanges.writableNeedDrain || this.#failure !== null) return undefined;
    return new Promise((resolve) => {
      this.#exchanges.once('drain', resolve).once('error', () => resolve());
    });
  }

  /** Writes the tables; resolves with the names of all files. Rejects with a CliError when the disk refused. */
  async finish(facts: ReportFacts): Promise<readonly string[]> {
    this.#flush();
    await new Promise<void>((resolve) => {
      this.#exchanges.once('error', () => resolve());
      this.#exchanges.end(() => resolve());
    });
    if (this.#failure !== null) throw failure(this.#folder, this.#failure);
    const written = [exchangesFile];
    for (const section of reportSections) {
      const table = section.csv(facts);
      if (table === null) continue;
      const name = `${section.name}.csv`;
      const text = [table.header, ...table.rows].map((row) => `${csvLine(row)}\r\n`).join('');
      try {
        writeFileSync(join(this.#folder, name), text, { flag: 'wx', mode: 0o600 });
      } catch (error) {
        throw failure(this.#folder, error);
      }
      written.push(name);
    }
    return written;
  }

  #write(line: string): void {
    this.#chunk += `${line}\r\n`;
    if (this.#chunk.length >= chunkBytes) this.#flush();
  }

  #flush(): void {
    if (this.#chunk !== '' && this.#failure === null) this.#exchanges.write(this.#chunk);
    this.#chunk = '';
  }
}

function failure(folder: string, cause: unknown): CliError {
  const code = systemErrorCode(cause) || String(cause);
  const why: Readonly<Record<string, string>> = {
    EACCES: 'this user may not write there',
    EEXIST: 'it is a file, or a file of ours is there already',
    ENOTDIR: 'a part of the path is a file',
    ENOSPC: 'the disk is full',
    EROFS: 'the disk is read-only',
  };
  return new CliError(`--csv ${folder} cannot be written: ${why[code] ?? code}; name another folder.`, exitCode.failed);
}
