import { PassThrough, Readable } from 'node:stream';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { decodeStream, registerDecode } from '../../src/cli/decode.ts';
import { parseExactJson } from '../../src/protocol/json.ts';

const apiVersions = '{"type":"request","hex":"0012000000000001ffff"}';

interface Run {
  readonly code: number;
  readonly out: string[];
  readonly err: string;
}

async function run(input: Iterable<Buffer | string>, words: readonly string[] = []): Promise<Run> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const chunks: Buffer[] = [];
  stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  let code = -1;
  const program = new Command('kafka-scope').exitOverride();
  const stdin = Readable.from(input, { objectMode: true });
  registerDecode(program, {
    stdin,
    stdout,
    stderr,
    exit: (given) => {
      code = given;
    },
  });
  await program.parseAsync(['decode', ...words], { from: 'user' });
  const text = Buffer.concat(chunks).toString('utf8');
  return { code, out: text.split('\n').filter((line) => line !== ''), err: String(stderr.read() ?? '') };
}

describe('lines', () => {
  test('come out one for one and in order; blank ones are passed over; the exit code tells of errors', async () => {
    const input = `\n${apiVersions}\nnot json\r\n\n   \n${apiVersions}`;
    const { code, out, err } = await run([input]);
    const kinds = out.map((line) => Object.keys(JSON.parse(line) as object)[0]);
    expect(kinds).toEqual(['api', 'error', 'api']);
    expect([code, err]).toEqual([3, 'kafka-scope: 1 line was not decodable\n']);
    expect((await run([apiVersions])).code).toBe(0);
    expect(await run([])).toMatchObject({ code: 0, out: [] });
  });

  test('may be cut anywhere, also inside a character', async () => {
    const bytes = Buffer.from(`${apiVersions.replace('}', ',"note":"日本"}')}\r\n${apiVersions}\n`);
    const whole = await run([bytes]);
    expect(whole.out).toHaveLength(2);
    for (const size of [1, 3, 7]) {
      const pieces: Buffer[] = [];
      for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
      expect(await run(pieces)).toEqual(whole);
    }
  });

  test('run backwards with --encode', async () => {
    const decoded = await run([apiVersions]);
    const encoded = await run(decoded.out, ['--encode']);
    expect(encoded.out).toEqual(['{"hex":"0012000000000001ffff"}']);
  });

  test('keep all digits of int64 in and out', async () => {
    const hex = '00000001' + '0000' + '01' + '00000000' + '01' + '01' + '08' + '7fffffffffffffff';
    const { out } = await run([JSON.stringify({ type: 'response', key: 18, version: 3, hex })]);
    expect(out[0]).toContain('"finalizedFeaturesEpoch":9223372036854775807');
    const again = await run(out, ['--encode']);
    expect(parseExactJson(again.out[0] ?? '')).toEqual({ hex });
  });
});

test('a slow reader holds the input back', async () => {
  const stdout = new PassThrough({ highWaterMark: 1_024 });
  let produced = 0;
  const lines = function* (): Generator<string> {
    for (; produced < 20_000; produced += 1) yield `${apiVersions}\n`;
  };
  const stdin = Readable.from(lines(), { objectMode: true, highWaterMark: 1 });
  const done = decodeStream({ stdin, stdout, stderr: new PassThrough(), exit: () => undefined }, {});
  for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  const before = produced;
  expect(before).toBeLessThan(20_000);
  let count = 0;
  for await (const chunk of stdout) {
    count += String(chunk).split('\n').length - 1;
    if (count === 20_000) break;
  }
  expect(await done).toBe(0);
  expect(count).toBe(20_000);
});

describe('a request in hex', () => {
  test('prints its fields', async () => {
    const { code, out } = await run([], ['00120000', '00000001ffff']);
    expect([code, out[0]]).toEqual([0, 'ApiVersions request, version 0, 10 bytes']);
  });

  test('that cannot be read ends with 3, what is no hex with a usage error', async () => {
    expect((await run([], ['00120003000000010000'])).code).toBe(3);
    await expect(run([], ['xyz'])).rejects.toMatchObject({ code: 2 });
  });
});
