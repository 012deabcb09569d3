import { describe, expect, it } from 'vitest';
import { PcapngRecording } from '../../../src/export/pcapng/recording.ts';
import { encodeRequest, encodeResponse } from '../../../src/protocol/encode.ts';
import type { EngineInput } from '../../../src/wire/segment.ts';
import { readBytes, scriptOf, streamsOf } from '../../capture/read-bytes.ts';
import { driveEngine } from '../../support/drive-engine.ts';
import {
  blocksOf,
  message,
  opening,
  optionsOf,
  packetsOf,
  recorded,
  recordingOptions,
} from '../../support/recorded.ts';

const request = (id: number) =>
  encodeRequest({
    apiKey: 18,
    apiVersion: 3,
    correlationId: id,
    clientId: 'test',
    body: { clientSoftwareName: 'test', clientSoftwareVersion: '1' },
  });
const response = (id: number) =>
  encodeResponse({
    apiKey: 18,
    apiVersion: 3,
    correlationId: id,
    body: { errorCode: 0, apiKeys: [], throttleTimeMs: 0 },
  });
const closing = { kind: 'closed', connection: 1, atUs: 9_000_000, reset: null, comment: null } as const;

describe('a recording', () => {
  it('says who wrote it and what it holds', () => {
    const [section] = blocksOf(recorded([], { payload: 'hide' }));
    const about = optionsOf(section?.body ?? Buffer.alloc(0), 16);
    expect(about[1]?.toString()).toMatch(/synthetic.*record(s)? are overwritten.*Passwords.*overwritten/);
    const [open] = blocksOf(recorded([], { unsafeShowSecrets: true }));
    expect(optionsOf(open?.body ?? Buffer.alloc(0), 16)[1]?.toString()).toMatch(/contents are here.*in the clear/);
  });

  it('is read by our own reader as the connection it was', async () => {
    const file = recorded([
      opening(),
      message('client', 2_000_000, request(1)),
      message('broker', 3_000_000, response(1), { lastByteUs: 3_000_500 }),
      closing,
    ]);
    const { inputs, stats } = await readBytes(file);
    expect(stats).toMatchObject({ damage: null, gaps: 0, kafkaConnections: 1 });
    expect(scriptOf(inputs)[0]).toBe('1 opened 192.0.2.1:50001 → 198.51.100.2:9092');
    expect(scriptOf(inputs).at(-1)).toBe('1 closed fin');
    const times = inputs.filter(({ kind }) => kind === 'segment').map(({ atUs }) => atUs);
    expect(times).toEqual([2_000_000, 3_000_000, 3_000_500]);
    expect(streamsOf(inputs)['1 client']?.length).toBe(request(1).length + 4);
  });

  it('shows bytes that are missing as a loss within their frame', async () => {
    const file = recorded([
      opening(),
      message('client', 2_000_000, request(1)),
      message('broker', 3_000_000, response(1)),
      message('client', 4_000_000, request(2)),
      message('broker', 5_000_000, response(2).subarray(0, 6), { sizeBytes: 200_000, opaque: true }),
    ]);
    const { inputs } = await readBytes(file);
    const lost = inputs.flatMap((input) => (input.kind === 'gap' ? [input.missingBytes ?? 0] : []));
    expect(lost.reduce((sum, bytes) => sum + bytes, 0)).toBe(200_000 - 6);
  });

  it('cut at any byte, reads up to the cut', async () => {
    const file = recorded([
      opening(),
      message('client', 2_000_000, request(1)),
      message('broker', 3_000_000, response(1)),
    ]);
    for (let length = 400; length < file.length; length += 7) {
      const { stats } = await readBytes(file.subarray(0, length));
      expect(stats.damage === null || stats.damage.code === 'KS_CAPTURE_TRUNCATED').toBe(true);
    }
  });

  it('gives a connection with the addresses of another one a port of its own, and says so', () => {
    const file = recorded([
      opening(1),
      { ...opening(1), connection: 2 },
      { ...closing, connection: 1 },
      { ...opening(1), connection: 3 },
    ]);
    const syns = packetsOf(file).filter(({ ip }) => ip[33] === 2);
    expect(syns.map(({ ip }) => ip.readUInt16BE(20))).toEqual([50_001, 65_535, 50_001]);
    expect(syns[1]?.comment).toMatch(/really 192\.0\.2\.1:50001/);
  });

  it('ignores frames of connections it does not know', () => {
    expect(packetsOf(recorded([message('client', 1, request(1)), closing]))).toEqual([]);
  });

  it('goes on in another file that stands for itself, and joined to the first as one connection', async () => {
    const recording = new PcapngRecording(recordingOptions);
    recording.beginFile();
    recording.take(opening());
    recording.take(message('client', 2_000_000, request(1)));
    recording.endFile(0);
    const first = recording.written().slice();
    recording.clear();
    recording.beginFile();
    recording.take(message('broker', 3_000_000, response(1)));
    recording.take(message('client', 4_000_000, request(2)));
    recording.take(message('broker', 5_000_000, response(2)));
    recording.take(closing);
    const second = recording.written().slice();
    const alone = await readBytes(second);
    expect(alone.stats).toMatchObject({ kafkaConnections: 1, gaps: 0 });
    const statuses = (inputs: readonly EngineInput[]) => driveEngine(inputs).exchanges.map(({ status }) => status);
    expect(statuses(alone.inputs)).toEqual(['orphan', 'answered']);
    const joined = await readBytes(Buffer.concat([first, second]));
    expect(joined.stats).toMatchObject({ tcpConnections: 1, gaps: 0, repeatedBytes: 0 });
    expect(statuses(joined.inputs)).toEqual(['answered', 'answered']);
    expect(scriptOf(joined.inputs).filter((line) => /opened|closed/.test(line))).toHaveLength(2);
    expect(streamsOf(joined.inputs)['1 client']?.length).toBe(2 * (request(1).length + 4));
  });

  it('tells beforehand how large an entry can become', () => {
    const comment = 'c'.repeat(5_000);
    const entries = [
      opening(1, { comment }),
      message('client', 2_000_000, new Uint8Array(300_000), { comment, lastByteUs: 2_000_100 }),
      message('broker', 3_000_000, new Uint8Array(8), { sizeBytes: 10_000_000, comment }),
      { ...closing, comment },
    ];
    const recording = new PcapngRecording(recordingOptions);
    recording.beginFile();
    for (const entry of entries) {
      recording.clear();
      const most = recording.bytesMaxOf(entry);
      recording.take(entry);
      expect(recording.length).toBeLessThanOrEqual(most);
    }
  });
});
