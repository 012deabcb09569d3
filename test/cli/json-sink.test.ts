import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { filterOf } from '../../src/cli/filter-flag.ts';
import { JsonSink } from '../../src/cli/json-sink.ts';
import { LineOutput } from '../../src/cli/line-output.ts';
import { exchangeFixture, messageFixture } from '../support/exchange-fixture.ts';

const options = { records: false, payload: 'hide', unsafeShowSecrets: false } as const;

function completed(seq: number) {
  const exchange = exchangeFixture(seq, { apiKey: 3, apiVersion: 1, status: 'answered' });
  exchange.response = messageFixture(seq * 1000 + 10, 8);
  return { kind: 'completed' as const, exchange };
}

async function linesOf(stream: PassThrough, output: LineOutput): Promise<Record<string, unknown>[]> {
  const read = stream.toArray();
  await output.end();
  stream.end();
  const text = Buffer.concat(await read).toString();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

describe('JsonSink', () => {
  it('prints completed exchanges and events at once from a capture, in order', async () => {
    const stream = new PassThrough();
    const output = new LineOutput(stream);
    const sink = new JsonSink(output, options, null, null);
    sink.take({ kind: 'started', exchange: exchangeFixture(1) });
    sink.take(completed(1));
    sink.take({ kind: 'event', atUs: 5, event: 'gap', connection: 1, detail: { missingBytes: 3 } });
    sink.take(completed(2));
    sink.finish(0);
    const lines = await linesOf(stream, output);
    expect(lines.map((line) => line.seq ?? line.kind)).toEqual([1, 'gap', 2]);
  });

  it('prints only what the filter lets through, and every event', async () => {
    const stream = new PassThrough();
    const output = new LineOutput(stream);
    const sink = new JsonSink(output, options, filterOf('--filter', 'id == 2'), null);
    for (const seq of [1, 2, 3]) sink.take(completed(seq));
    sink.take({ kind: 'event', atUs: 5, event: 'gap', connection: 1, detail: {} });
    sink.finish(0);
    expect((await linesOf(stream, output)).map((line) => line.seq ?? line.kind)).toEqual([2, 'gap']);
  });

  it('drops lines of a live run that nobody reads, counts them and says so', () => {
    const stuck = new Writable({ write: () => undefined });
    const output = new LineOutput(stuck);
    let dropped = 0;
    const sink = new JsonSink(output, options, null, {
      onDropped: (lines) => {
        dropped += lines;
      },
    });
    for (let seq = 1; seq <= 25_000; seq++) sink.take(completed(seq));
    expect(dropped).toBe(5_000);
    const written: string[] = [];
    output.write = (line) => {
      written.push(line);
    };
    sink.finish(7);
    expect(JSON.parse(written.at(-1) ?? '')).toMatchObject({ kind: 'dropped', atUs: 7, detail: { lines: 5_000 } });
  });
});
