import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, expect, it } from 'vitest';
import { openBytes, readError } from '../../src/capture/byte-source.ts';
import { systemErrorCode } from '../../src/wire/system-error.ts';

const scratch = mkdtempSync(join(tmpdir(), 'bytes-'));
afterAll(() => rmSync(scratch, { recursive: true }));

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts).toString('latin1');
}

it('opens a file with its size, and standard input for `-`', async () => {
  const path = join(scratch, 'file');
  writeFileSync(path, 'content');
  const file = await openBytes(path, Readable.from([]));
  expect(file.totalBytes).toBe(7);
  expect(await textOf(file.chunks)).toBe('content');
  const pipe = await openBytes('-', Readable.from([Buffer.from('from '), 'a p\u00efpe']));
  expect(pipe.totalBytes).toBe(null);
  expect(await textOf(pipe.chunks)).toBe('from a p\u00efpe');
});

it('reads a file of many chunks whole, though its buffers are used again, and stops when closed', async () => {
  const path = join(scratch, 'large');
  const content = Buffer.from(Uint32Array.from({ length: 900_000 }, (_, index) => index * 2_654_435_761).buffer);
  writeFileSync(path, content);
  const source = await openBytes(path, Readable.from([]));
  const copies: Buffer[] = [];
  for await (const chunk of source.chunks) copies.push(Buffer.from(chunk));
  expect(copies.length).toBeGreaterThan(3);
  expect(Buffer.concat(copies).equals(content)).toBe(true);
  source.close();

  const stopped = await openBytes(path, Readable.from([]));
  let chunks = 0;
  for await (const chunk of stopped.chunks) {
    chunks += chunk.length > 0 ? 1 : 0;
    stopped.close();
  }
  expect(chunks).toBe(1);
});

it('closes a stream nobody reads to its end', async () => {
  const stream = new Readable({ read: () => undefined });
  const source = await openBytes('-', stream);
  source.close();
  expect(stream.destroyed).toBe(true);
});

it('names the path, the cause and the next step when it can not open', async () => {
  const sentences: string[] = [];
  for (const path of [join(scratch, 'absent'), join(scratch, 'file', 'below'), scratch]) {
    sentences.push((await openBytes(path, Readable.from([])).catch((error) => error)).message.replaceAll(scratch, 'S'));
  }
  expect(sentences).toEqual([
    'S/absent does not exist: check the path (`-` reads standard input)',
    'S/file/below does not exist: check the path (`-` reads standard input)',
    'S is a directory: name a capture file in it',
  ]);
});

it('keeps the cause of a failed read', () => {
  const cause = Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' });
  expect(readError('-', cause)).toMatchObject({ code: 'KS_CAPTURE_READ', cause });
  expect(readError('-', cause).message).toBe(
    'standard input can not be read (EIO: i/o error, read): what was read before is kept',
  );
  expect(systemErrorCode(cause)).toBe('EIO');
});
