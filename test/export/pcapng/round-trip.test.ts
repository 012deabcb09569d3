import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readCapture } from '../../../src/capture/source.ts';
import { nonceRepeatedTag } from '../../../src/exchange/sasl-nonce.ts';
import { exchangeLine } from '../../../src/export/ndjson.ts';
import { CaptureExport } from '../../../src/export/pcapng/capture-export.ts';
import { TrafficSession } from '../../../src/runtime/traffic-session.ts';
import { recordingOptions } from '../../support/recorded.ts';

const folder = new URL('../../../fixtures/captures/', import.meta.url).pathname;
const captures = readdirSync(folder).filter((name) => /\.pcap/.test(name));

/** A line of `--json`, as far as the comparison names its parts. */
interface Line {
  seq: number;
  connection: { id: number; client: string; broker: string; principal: string | null };
  tags: readonly string[];
  correlationId: number | null;
  request: Side | null;
  response: Side | null;
  records: { batches: unknown } | null;
}
interface Side {
  atUs: number;
  opaque: { reason: string; detail: string } | null;
}

interface Read {
  readonly lines: readonly Line[];
  readonly copy: Uint8Array;
}

/** What `analyze --json` prints of a capture, and what `export` makes of it. */
async function read(path: string, stdin?: Uint8Array): Promise<Read> {
  const copy = new CaptureExport({ ...recordingOptions, payload: 'hide' });
  const lines: Line[] = [];
  const session = new TrafficSession({
    historyBytesMax: null,
    unsafeShowSecrets: false,
    sinks: [
      (event) => {
        copy.receive(event);
        const options = { records: false, payload: 'hide', unsafeShowSecrets: false } as const;
        if (event.kind === 'completed') lines.push(JSON.parse(exchangeLine(event.exchange, options)) as Line);
      },
    ],
  });
  const source = stdin === undefined ? { path } : { path: '-', stdin: Readable.from([stdin]) };
  await readCapture(source, (input) => session.receive(input));
  copy.end();
  return { lines, copy: copy.take() };
}

/**
 * A line as it must be the same in the copy. Numbers of exchanges and connections count anew; the user of a SASL
 * session was read from a token that is overwritten there; how many bytes of a cut frame are missing may differ, since
 * the packets behind the first loss are left out.
 */
function comparable(line: Line): unknown {
  const side = (message: Side | null) =>
    message === null || message.opaque === null ? message : { ...message, opaque: message.opaque.reason };
  return {
    ...line,
    seq: 0,
    connection: { ...line.connection, id: 0, principal: null },
    // What a SCRAM token says of its client is overwritten with it.
    tags: line.tags.filter((tag) => tag !== nonceRepeatedTag),
    request: side(line.request),
    response: side(line.response),
  };
}

function sorted(lines: readonly Line[]): unknown[] {
  const key = ({ connection, request, response, correlationId }: Line) =>
    `${connection.client} ${connection.broker} ${(request ?? response)?.atUs} ${correlationId}`;
  return lines.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.seq - b.seq)).map(comparable);
}

describe('an exported capture', () => {
  it.each(captures)('of %s shows the same exchanges', async (name) => {
    const original = await read(join(folder, name));
    const again = await read('', original.copy);
    expect(original.lines.length).toBeGreaterThan(10);
    expect(sorted(again.lines)).toEqual(sorted(original.lines));
  });

  it('exported again is the same file', async () => {
    const first = await read(join(folder, 'kcat-all.pcap'));
    const second = await read('', first.copy);
    const third = await read('', second.copy);
    expect(Buffer.from(third.copy).equals(Buffer.from(second.copy))).toBe(true);
  });
});
