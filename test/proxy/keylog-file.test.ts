import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { KeylogFile } from '../../src/proxy/keylog-file.ts';

test('appends lines for its owner alone, and none after its end', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kafka-scope-keylog-'));
  const path = join(folder, 'keys.log');
  for (const line of ['one\n', 'two\n']) {
    const file = new KeylogFile(path, () => undefined);
    file.write(Buffer.from(line));
    file.close();
    file.write(Buffer.from('late\n'));
  }
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  rmSync(folder, { recursive: true });
});

test('a file that cannot be opened is refused by name', () => {
  expect(() => new KeylogFile('/nonexistent/keys.log', () => undefined)).toThrow(/--keylog: cannot write/);
});

test('a disk that is full ends the log with one sentence', ({ skip }) => {
  let file: KeylogFile | null = null;
  const said: string[] = [];
  try {
    file = new KeylogFile('/dev/full', (message) => said.push(message));
  } catch {
    skip();
  }
  file?.write(Buffer.from('x\n'));
  file?.write(Buffer.from('x\n'));
  expect(said).toHaveLength(1);
});
