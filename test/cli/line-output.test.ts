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
