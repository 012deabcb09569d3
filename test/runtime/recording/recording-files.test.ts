import { existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFirstFile, RecordingFiles } from '../../../src/runtime/recording/recording-files.ts';
import type { RecordingConfig } from '../../../src/runtime/recording/types.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kafka-scope-recording-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const config = (changes: Partial<RecordingConfig> = {}): RecordingConfig => ({
  path: join(folder, 'r.pcapng'),
  fileBytesMax: null,
  fileDurationMs: null,
  filesMax: null,
  overwrite: false,
  payload: 'hide',
  application: 'test',
  ...changes,
});

describe('the first file', () => {
  it('is for its owner alone', () => {
    new RecordingFiles(config(), openFirstFile(config())).close();
    expect(statSync(config().path).mode & 0o777).toBe(0o600);
  });

  it('does not replace one that is there, unless told to', () => {
    writeFileSync(config().path, 'precious');
    expect(() => openFirstFile(config())).toThrow(/r\.pcapng is there already.*--record-overwrite/);
    expect(readFileSync(config().path, 'utf8')).toBe('precious');
    new RecordingFiles(config(), openFirstFile(config({ overwrite: true }))).close();
    expect(readFileSync(config().path, 'utf8')).toBe('');
  });

  it('is no file in a folder that is not there, nor a folder', () => {
    expect(() => openFirstFile(config({ path: join(folder, 'no', 'r.pcapng') }))).toThrow(/ENOENT.*make its folder/);
    expect(() => openFirstFile(config({ path: folder }))).toThrow(/--record: .*(there already|EISDIR)/);
  });

  it('of a numbered set does not mix with the set of an earlier run', () => {
    const rotating = { fileBytesMax: 100_000 };
    writeFileSync(join(folder, 'r-0007.pcapng'), 'old');
    writeFileSync(join(folder, 'r-notes.pcapng'), 'mine');
    expect(() => openFirstFile(config(rotating))).toThrow(/r-0007\.pcapng is there already/);
    new RecordingFiles(config(rotating), openFirstFile(config({ ...rotating, overwrite: true }))).close();
    expect(readdirSync(folder).sort()).toEqual(['r-0001.pcapng', 'r-notes.pcapng']);
  });
});

describe('files in a ring', () => {
  it('keep the newest', () => {
    const rotating = config({ fileBytesMax: 100_000, filesMax: 2 });
    const files = new RecordingFiles(rotating, openFirstFile(rotating));
    for (const letter of ['a', 'b', 'c']) {
      if (letter !== 'a') files.rotate();
      files.write(Buffer.from(letter));
    }
    expect(files).toMatchObject({ files: 3, bytes: 3, fileBytes: 1, file: join(folder, 'r-0003.pcapng') });
    files.close();
    expect(existsSync(join(folder, 'r-0001.pcapng'))).toBe(false);
    expect(['r-0002.pcapng', 'r-0003.pcapng'].map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual([
      'b',
      'c',
    ]);
  });
});

it('says that a full disk is full', () => {
  const files = new RecordingFiles(config(), openSync('/dev/full', 'w'));
  expect(() => files.write(Buffer.from('block'))).toThrow(/ENOSPC/);
  expect(files.bytes).toBe(0);
  files.close();
});
