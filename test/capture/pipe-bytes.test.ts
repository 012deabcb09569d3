import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { openBytes } from '../../src/capture/byte-source.ts';
import { PipeBytes } from '../../src/capture/pipe-bytes.ts';

const scratch = mkdtempSync(join(tmpdir(), 'pipe-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const content = Buffer.from(Uint32Array.from({ length: 1_500_000 }, (_, index) => index * 2_654_435_761).buffer);
const file = join(scratch, 'content');
writeFileSync(file, content);
const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** A named pipe that a shell writes into. */
function pipe(name: string, command: string): string {
  const path = join(scratch, name);
  execFileSync('sh', ['-c', 'mkfifo "$1"', 'sh', path]);
  spawn('sh', ['-c', `{ ${command}; } > "$1"`, 'sh', path, file], { stdio: 'ignore' });
  return path;
}

describe('PipeBytes', () => {
  it.each([
    ['as fast as it comes', 'cat "$2"', 0],
    ['slower than it comes', 'cat "$2"', 1],
    ['in dribbles', 'head -c 100000 "$2"; sleep 0.02; tail -c +100001 "$2"', 0],
  ])('gives every byte in order, read %s', async (name, command, waitMs) => {
    const source = await openBytes(pipe(name, command), process.stdin);
    expect(source.totalBytes).toBeNull();
    const whole = createHash('sha256');
    let chunks = 0;
    for await (const chunk of source.chunks) {
      // A chunk holds until the next one is asked for, whatever comes meanwhile.
      const before = digestOf(chunk);
      if (waitMs > 0) await sleep(waitMs);
      expect(digestOf(chunk)).toBe(before);
      whole.update(chunk);
      chunks += 1;
    }
    expect(whole.digest('hex')).toBe(digestOf(content));
    expect(chunks).toBeGreaterThan(5);
  });

  it('ends at once when closed, also while it waits', async () => {
    const path = pipe('silent', 'sleep 1');
    const source = new PipeBytes(openSync(path, 'r'));
    const first = source.chunks[Symbol.asyncIterator]().next();
    source.close();
    expect(await first).toEqual({ done: true, value: undefined });
  });

  it('is empty where nobody wrote anything', async () => {
    const source = await openBytes(pipe('empty', 'true'), process.stdin);
    expect(await source.chunks[Symbol.asyncIterator]().next()).toMatchObject({ done: true });
  });
});
