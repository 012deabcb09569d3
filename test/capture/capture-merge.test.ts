import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { readCapture } from '../../src/capture/source.ts';
import type { EngineInput } from '../../src/wire/segment.ts';

const root = new URL('../..', import.meta.url).pathname;
const scratch = mkdtempSync(join(tmpdir(), 'merge-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const whole = readFileSync(join(root, 'fixtures/captures/kafkajs-txn-admin.pcap'));

/** The records of a little-endian pcap. */
function recordsOf(file: Buffer): Buffer[] {
  const records: Buffer[] = [];
  for (let at = 24; at < file.length; ) {
    const end = at + 16 + file.readUInt32LE(at + 8);
    records.push(file.subarray(at, end));
    at = end;
  }
  return records;
}

function write(name: string, records: readonly Buffer[], cutBytes = 0): string {
  const path = join(scratch, name);
  const bytes = Buffer.concat([whole.subarray(0, 24), ...records]);
  const cut = bytes.subarray(0, bytes.length - cutBytes);
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(cut) : cut);
  return path;
}

async function read(path: string, more: readonly string[], stdin?: NodeJS.ReadableStream) {
  const inputs: EngineInput[] = [];
  const stats = await readCapture({ path, more, ...(stdin === undefined ? {} : { stdin }) }, (input) =>
    inputs.push(input.kind === 'segment' ? { ...input, bytes: new Uint8Array(input.bytes) } : input),
  );
  return { inputs, stats };
}

describe('several captures as one', () => {
  const records = recordsOf(whole);
  const third = Math.ceil(records.length / 3);

  it('a rotated set in any order of names says what the whole said', async () => {
    const expected = await read(write('whole.pcap', records), []);
    const parts = [0, 1, 2].map((index) => records.slice(index * third, (index + 1) * third));
    const names = [
      write('r2.pcap', parts[2] ?? []),
      write('r0.pcap.gz', parts[0] ?? []),
      write('empty.pcap', []),
      write('r1.pcap', parts[1] ?? []),
    ];
    const { inputs, stats } = await read(names[0] ?? '', names.slice(1));
    expect(inputs).toEqual(expected.inputs);
    expect(stats).toMatchObject({
      packets: records.length,
      damage: null,
      tcpConnections: expected.stats.tcpConnections,
    });
  });

  it('captures of the same time are merged packet by packet, one of them a pipe', async () => {
    const expected = await read(write('whole.pcap', records), []);
    const even = write(
      'even.pcap',
      records.filter((_record, index) => index % 2 === 0),
    );
    const odd = Buffer.concat([whole.subarray(0, 24), ...records.filter((_record, index) => index % 2 === 1)]);
    const { inputs } = await read(even, ['-'], Readable.from([odd]));
    const bytesOf = (all: readonly EngineInput[]) =>
      all.reduce((sum, input) => sum + (input.kind === 'segment' ? input.bytes.length : 0), 0);
    expect(bytesOf(inputs)).toBe(bytesOf(expected.inputs));
  });

  it('a file that is cut ends there, the others go on, and the sentence names it', async () => {
    const cut = write('cut.pcap', records.slice(0, third), 5);
    const { stats } = await read(cut, [write('rest.pcap', records.slice(third))]);
    expect(stats.packets).toBe(records.length - 1);
    expect(stats.truncated).toBe(true);
    expect(stats.damage?.message).toContain('cut.pcap: ');
  });

  it('a file that is no capture is an error with its name', async () => {
    const path = join(scratch, 'notes.txt');
    writeFileSync(path, 'these are notes');
    await expect(read(write('whole.pcap', records), [path])).rejects.toThrow(/notes\.txt: not a capture/);
    await expect(read(write('whole.pcap', records), [join(scratch, 'absent.pcap')])).rejects.toThrow(/does not exist/);
  });
});
