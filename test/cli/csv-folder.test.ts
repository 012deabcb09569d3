import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CsvFolder } from '../../src/cli/csv-folder.ts';
import { Conversation } from '../support/conversation.ts';
import { eventsOf } from '../support/engine-events.ts';
import { reportFactsOf } from '../support/report-facts.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'csv-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const talk = new Conversation()
  .request(3, 9, 1, { topics: [{ name: '=cmd()' }] })
  .response(3, 9, 1, { brokers: [], topics: [] });

describe('CsvFolder', () => {
  it('writes every table and every exchange, for the owner alone', async () => {
    const tables = join(folder, 'new', 'tables');
    const csv = new CsvFolder(tables);
    for (const event of eventsOf(talk)) csv.take(event);
    const written = await csv.finish(reportFactsOf(talk));
    expect(readdirSync(tables).sort()).toEqual([...written].sort());
    expect(written).toContain('groups.csv');
    const exchanges = readFileSync(join(tables, 'exchanges.csv'), 'utf8').trimEnd().split('\r\n');
    expect(exchanges).toHaveLength(2);
    expect(exchanges[1]).toContain("'=cmd()");
    expect(statSync(join(tables, 'exchanges.csv')).mode & 0o777).toBe(0o600);
  });

  it('writes over nothing', () => {
    writeFileSync(join(folder, 'apis.csv'), 'mine');
    expect(() => new CsvFolder(folder)).toThrow(/apis\.csv is there already/);
    expect(readFileSync(join(folder, 'apis.csv'), 'utf8')).toBe('mine');
  });

  it('says why a folder cannot be', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => new CsvFolder(join(folder, 'file', 'sub'))).toThrow(/a part of the path is a file/);
  });
});
