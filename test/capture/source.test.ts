import {
  chmodSync,
  createReadStream,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { readCapture, type UnreadTls } from '../../src/capture/source.ts';
import { readBytes, scriptOf } from './read-bytes.ts';
import { apiVersionsRequest, apiVersionsResponse, Dialogue, pcapBytes } from './synthetic-capture.ts';
import { type TrafficTotals, totalsOf } from './traffic-totals.ts';

const root = new URL('../..', import.meta.url).pathname;
const fixtures = join(root, 'fixtures/captures');
const shared = join(root, '../shared/captures');
const scratch = mkdtempSync(join(tmpdir(), 'capture-'));
afterAll(() => rmSync(scratch, { recursive: true }));

interface FixtureManifest {
  readonly files: Readonly<Record<string, { readonly expect: TrafficTotals }>>;
}

interface SharedManifest {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly keylog?: string;
        readonly derived?: { readonly base: string; readonly same_messages_as_base: boolean };
        readonly totals?: {
          readonly requests: number;
          readonly responses: number;
          readonly req_bytes: number;
          readonly resp_bytes: number;
        };
        readonly requests_by_api_version?: Readonly<Record<string, number>>;
      }
    >
  >;
}

describe('captures of real clients', () => {
  const manifest: FixtureManifest = JSON.parse(readFileSync(join(fixtures, 'MANIFEST.json'), 'utf8'));
  for (const [name, facts] of Object.entries(manifest.files)) {
    it(`${name} gives the counts of its manifest`, async () => {
      expect(await totalsOf(join(fixtures, name))).toEqual(facts.expect);
    });
  }

  it('the manifest lists every capture', () => {
    const files = readdirSync(fixtures).filter((name) => name !== 'MANIFEST.json');
    expect(files.sort()).toEqual(Object.keys(manifest.files).sort());
  });
});

describe.skipIf(!existsSync(shared))('the whole shared set', () => {
  const manifest: SharedManifest = existsSync(shared)
    ? JSON.parse(readFileSync(join(shared, 'MANIFEST.json'), 'utf8'))
    : { files: {} };
  for (const [name, facts] of Object.entries(manifest.files)) {
    if (facts.derived !== undefined && !facts.derived.same_messages_as_base) continue;
    const truth = facts.totals === undefined ? manifest.files[facts.derived?.base ?? ''] : facts;
    if (truth?.totals === undefined) continue;
    const keylog = facts.keylog === undefined ? undefined : join(shared, facts.keylog);
    const totals = truth.totals;
    it(`${name} gives the counts of its manifest`, async () => {
      expect(await totalsOf(join(shared, name), keylog)).toMatchObject({
        requests: totals.requests,
        responses: totals.responses,
        requestStreamBytes: totals.req_bytes,
        responseStreamBytes: totals.resp_bytes,
        requestsByApiVersion: truth.requests_by_api_version,
      });
    });
  }

  it('says of a TLS capture without keys what it is and what is missing', async () => {
    const unread: UnreadTls[] = [];
    const stats = await readCapture({ path: join(shared, 'tls12.pcap') }, () => expect.unreachable(), {
      onUnreadTls: (facts) => unread.push(facts),
    });
    expect(stats).toMatchObject({ kafkaConnections: 0, notKafkaConnections: 24, tls: { unread: 24, decrypted: 0 } });
    expect(stats.notKafka).toMatchObject([
      { endpoint: '127.0.0.1:29193', connections: 24, looksLike: 'tls-handshake' },
    ]);
    expect(unread).toHaveLength(24);
    expect(unread[0]).toMatchObject({
      server: '127.0.0.1:29193',
      version: 'TLSv1.2',
      certificateSubject: 'CN=localhost',
      message: expect.stringContaining('--keylog'),
    });
  });

  it('uses the secrets that a capture carries', async () => {
    const stats = await readCapture({ path: join(shared, 'v-tls13-dsb.pcapng') }, (input) => {
      if (input.kind === 'opened') expect(input.tls).toMatchObject({ version: 'TLSv1.3' });
    });
    expect(stats).toMatchObject({ kafkaConnections: 30, tls: { decrypted: 30, unread: 0, secrets: 120 } });
  });

  it('keeps every whole frame of a capture with lost packets, and says what is missing', async () => {
    const totals = await totalsOf(join(shared, 'v-dropped.pcap'));
    const stats = await readCapture({ path: join(shared, 'v-dropped.pcap') }, () => undefined);
    expect(stats.gaps).toBeGreaterThanOrEqual(12);
    expect(totals.requests).toBeGreaterThanOrEqual(139);
    expect(totals.responses).toBeGreaterThanOrEqual(85);
  });
});

const hello = () =>
  new Dialogue('10.0.0.1:40000', '10.0.0.2:9092')
    .open()
    .client(apiVersionsRequest(1))
    .broker(apiVersionsResponse(1))
    .close();

describe('what the caller sees', () => {
  it('gets the whole life of a connection', async () => {
    const { inputs, stats } = await readBytes(pcapBytes(hello().packets));
    expect(scriptOf(inputs)).toEqual([
      '1 opened 10.0.0.1:40000 → 10.0.0.2:9092',
      '1 client 18',
      '1 broker 20',
      '1 client ended',
      '1 broker ended',
      '1 closed fin',
    ]);
    expect(stats).toMatchObject({ packets: 8, tcpConnections: 1, kafkaConnections: 1, truncated: false, damage: null });
    expect([stats.firstPacketUs, stats.lastPacketUs]).toEqual([1_000_100, 1_000_800]);
  });

  it('is told of progress in file bytes, with the size of a file and without one of a pipe', async () => {
    const path = join(scratch, 'progress.pcap');
    const bytes = pcapBytes(hello().packets);
    writeFileSync(path, bytes);
    const seen: [number, number | null][] = [];
    const control = { onProgress: (read: number, total: number | null) => seen.push([read, total]) };
    await readCapture({ path }, () => undefined, control);
    await readCapture({ path: '-', stdin: createReadStream(path) }, () => undefined, control);
    expect(seen).toEqual([
      [bytes.length, bytes.length],
      [bytes.length, null],
    ]);
  });

  it('may hold the reading between chunks', async () => {
    const packets = new Dialogue('10.0.0.1:40000', '10.0.0.2:9092').open();
    for (let id = 0; id < 50; id += 1) packets.client(apiVersionsRequest(id)).broker(apiVersionsResponse(id));
    const log: string[] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const reading = readBytes(pcapBytes(packets.packets), {
      pieceBytes: 1_000,
      control: {
        onProgress: (read) => log.push(`read ${read}`),
        paused: () => (log.length === 2 ? held : undefined),
      },
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(log).toEqual(['read 1000', 'read 2000']);
    release();
    expect((await reading).stats.packets).toBe(103);
  });

  it('may stop the reading: what was read counts, connections are closed', async () => {
    const packets = new Dialogue('10.0.0.1:40000', '10.0.0.2:9092').open();
    for (let id = 0; id < 500; id += 1) packets.client(apiVersionsRequest(id)).broker(apiVersionsResponse(id));
    const abort = new AbortController();
    const { stats, inputs } = await readBytes(pcapBytes(packets.packets), {
      pieceBytes: 5_000,
      control: { signal: abort.signal, onProgress: () => abort.abort() },
    });
    expect(stats).toMatchObject({ aborted: true, truncated: false });
    expect(stats.packets).toBeLessThan(100);
    expect(scriptOf(inputs).at(-1)).toBe('1 closed capture-ended');
  });

  it('may stop it while a pipe says nothing', async () => {
    const abort = new AbortController();
    const stdin = new Readable({ read: () => undefined });
    stdin.push(pcapBytes(hello().packets));
    const reading = readCapture({ path: '-', stdin }, () => undefined, { signal: abort.signal });
    setTimeout(() => abort.abort(), 20);
    expect(await reading).toMatchObject({ aborted: true, kafkaConnections: 1 });
  });

  it('gets an error of its own callback back', async () => {
    const bytes = pcapBytes(hello().packets);
    const failing = readCapture({ path: '-', stdin: Readable.from([bytes]) }, () => {
      throw new TypeError('mine');
    });
    await expect(failing).rejects.toThrow(new TypeError('mine'));
  });
});

describe('files that are no captures', () => {
  const failure = async (path: string) => await readCapture({ path }, () => undefined).catch((error) => error);
  const write = (name: string, bytes: Uint8Array | string) => {
    writeFileSync(join(scratch, name), bytes);
    return join(scratch, name);
  };

  it('are named for what they are', async () => {
    expect(await failure(join(scratch, 'absent.pcap'))).toMatchObject({ code: 'KS_CAPTURE_NOT_FOUND' });
    expect(await failure(scratch)).toMatchObject({ code: 'KS_CAPTURE_DIRECTORY' });
    expect(await failure(write('empty.pcap', ''))).toMatchObject({ code: 'KS_CAPTURE_EMPTY' });
    expect(await failure(write('short.pcap', 'abc'))).toMatchObject({ code: 'KS_CAPTURE_UNKNOWN_FORMAT' });
    const text = await failure(write('notes.txt', 'these are notes'));
    expect(text).toMatchObject({ code: 'KS_CAPTURE_UNKNOWN_FORMAT', name: 'CaptureError' });
    expect(text.message).toMatch(/^not a capture \(first bytes 74686573\): give a pcap or pcapng file/);
  });

  it.skipIf(process.getuid?.() === 0)('may be forbidden', async () => {
    const path = write('secret.pcap', 'x');
    chmodSync(path, 0);
    expect(await failure(path)).toMatchObject({ code: 'KS_CAPTURE_PERMISSION' });
  });

  it('cut anywhere are read up to the cut, without an exception', async () => {
    const bytes = pcapBytes(hello().packets);
    for (let end = 5; end < bytes.length; end += 1) {
      const { stats } = await readBytes(bytes.subarray(0, end));
      const whole = [24, 94, 164, 234].includes(end);
      if (stats.truncated) expect(stats.damage?.code).toBe('KS_CAPTURE_TRUNCATED');
      if (whole) expect(stats.truncated).toBe(false);
    }
  });
});
