import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { LineOutput, outputQueueBytesMax } from '../../src/cli/line-output.ts';

describe('LineOutput', () => {
  it('writes lines in order, one newline each', async () => {
    const stream = new PassThrough();
    const output = new LineOutput(stream);
    for (let index = 0; index < 5000; index++) output.write(`line ${index}`);
    const read = stream.toArray();
    await output.end();
    stream.end();
    const text = Buffer.concat(await read).toString();
    expect(text.split('\n')).toHaveLength(5001);
    expect(text.startsWith('line 0\nline 1\n')).toBe(true);
  });

  it('writes lines of any length and any characters, whatever waits before them', async () => {
    const stream = new PassThrough();
    const output = new LineOutput(stream);
    const lines = [
      'a',
      '\u20ac'.repeat(65_535),
      '\u20ac'.repeat(65_535),
      '',
      'x'.repeat(65_536),
      'y'.repeat(300_000),
      'z',
    ];
    for (const line of lines) output.write(line);
    const read = stream.toArray();
    await output.end();
    stream.end();
    expect(Buffer.concat(await read).toString()).toBe(`${lines.join('\n')}\n`);
  });

  it('hands a file descriptor the same few buffers again, but none before it was taken', async () => {
    const taken: string[] = [];
    const memory = new Set<ArrayBufferLike>();
    // The kernel reads a buffer some time after it was given and before the callback; so does this one, at the end.
    const write = (chunk: Buffer, _encoding: string, done: () => void) =>
      setImmediate(() => {
        if (chunk.length > 0) memory.add(chunk.buffer);
        taken.push(chunk.toString());
        done();
      });
    const output = new LineOutput(Object.assign(new Writable({ write }), { fd: 1 }));
    const lines = Array.from({ length: 3_000 }, (_, index) => `${index} ${'\u20ac\u00e9'.repeat(index % 300)}`);
    for (const [index, line] of lines.entries()) {
      output.write(line);
      if (index % 700 === 0) await output.drained();
    }
    await output.end();
    const whileSlow = memory.size;
    for (let round = 0; round < 50; round += 1) {
      const count = taken.length;
      output.write(`round ${round}`);
      lines.push(`round ${round}`);
      while (taken.length === count) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(taken.join('')).toBe(`${lines.join('\n')}\n`);
    expect(memory.size).toBe(whileSlow);
  });

  it('says when a slow reader has let its queue fill up', () => {
    const stuck = new Writable({ write: () => undefined });
    const output = new LineOutput(stuck);
    const line = 'x'.repeat(1024 * 1024);
    let lines = 0;
    while (!output.isFull && lines < 1000) {
      output.write(line);
      lines += 1;
    }
    expect(lines).toBeLessThan(1000);
    expect(stuck.writableLength).toBeGreaterThan(outputQueueBytesMax - 2 * line.length);
    expect(output.drained()).toBeInstanceOf(Promise);
  });

  it('goes quiet when the reader goes away', async () => {
    const stream = new PassThrough();
    const output = new LineOutput(stream);
    stream.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    await new Promise((resolve) => setImmediate(resolve));
    output.write('nobody reads this');
    await output.end();
    expect(output.isClosed).toBe(true);
    expect(output.drained()).toBeUndefined();
  });
});
