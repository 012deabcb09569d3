import { existsSync, linkSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileOutput, StreamOutput } from '../../src/cli/byte-output.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kafka-scope-output-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a file', () => {
  it('is made with the first bytes, for its owner alone', async () => {
    const path = join(folder, 'out.pcapng');
    const output = new FileOutput(path, ['in.pcap']);
    expect(existsSync(path)).toBe(false);
    output.write(Buffer.from('one'));
    output.write(Buffer.from('two'));
    await output.end();
    expect(readFileSync(path, 'utf8')).toBe('onetwo');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect([output.drained(), output.isClosed]).toEqual([undefined, false]);
  });

  it('is never one of the inputs, under whatever name', () => {
    const input = join(folder, 'in.pcap');
    writeFileSync(input, 'capture');
    linkSync(input, join(folder, 'link.pcap'));
    expect(() => new FileOutput(join(folder, 'link.pcap'), ['-', input])).toThrow(/one of the inputs/);
    expect(readFileSync(input, 'utf8')).toBe('capture');
  });

  it('fails with a sentence where it cannot be', () => {
    expect(() => new FileOutput(join(folder, 'no', 'x'), []).write(Buffer.from('x'))).toThrow(/cannot write .*ENOENT/);
    expect(() => new FileOutput('/dev/full', []).write(Buffer.from('x'))).toThrow(/disk is full/);
  });
});

describe('standard output', () => {
  it('lets the writer wait for its reader', async () => {
    const stream = new PassThrough({ highWaterMark: 4 });
    const output = new StreamOutput(stream);
    output.write(Buffer.from('123456'));
    const wait = output.drained();
    expect(wait).toBeInstanceOf(Promise);
    stream.resume();
    await wait;
    expect(output.drained()).toBeUndefined();
    await output.end();
  });

  it('knows that its reader went away', async () => {
    const stream = new PassThrough();
    const output = new StreamOutput(stream);
    stream.destroy(new Error('EPIPE'));
    await new Promise((resolve) => stream.once('close', resolve));
    expect(output.isClosed).toBe(true);
    output.write(Buffer.from('into nothing'));
    await output.end();
    expect(output.drained()).toBeUndefined();
  });
});
