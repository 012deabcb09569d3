import { describe, expect, it } from 'vitest';
import { exchangeLine } from '../../src/export/ndjson.ts';
import { apiKeyMax, versionRange } from '../../src/protocol/api-keys.ts';
import { encodeRequest, encodeResponse } from '../../src/protocol/encode.ts';
import type { Struct } from '../../src/protocol/message.ts';
import { planFor } from '../../src/protocol/plan.ts';
import { decodeRecordBatches } from '../../src/records/decode-records.ts';
import { type BatchToWrite, encodeRecordBatch } from '../../src/records/encode-records.ts';
import { TrafficSession } from '../../src/runtime/traffic-session.ts';
import type { EngineInput } from '../../src/wire/segment.ts';
import { Conversation, framed } from '../support/conversation.ts';
import { driveEngine } from '../support/drive-engine.ts';
import { checkFrame } from './frame-checks.ts';

const mebibyte = 1024 * 1024;
const options = { records: true, payload: 'hide' as const, unsafeShowSecrets: false };
const codecs = ['gzip', 'zstd', 'lz4', 'snappy'] as const;

function requestOf(apiKey: number, apiVersion: number, body: Struct): Uint8Array {
  return framed(encodeRequest({ apiKey, apiVersion, correlationId: 1, clientId: 'test', body }));
}

function usedBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function produceOf(records: readonly Uint8Array[]): Uint8Array {
  const partitionData = records.map((bytes, index) => ({ index, records: bytes }));
  return requestOf(0, 9, { acks: 1, topicData: [{ name: 'orders', partitionData }] });
}

function batchOf(codec: BatchToWrite['codec'], value: Uint8Array): Uint8Array {
  return encodeRecordBatch({ baseOffset: 0n, codec, records: [{ timestamp: 0n, key: null, value }] });
}

/** The line of the one exchange of a dialogue, parsed. */
function lineOf(inputs: readonly EngineInput[]): Record<string, unknown> {
  const [exchange] = driveEngine(inputs).exchanges;
  if (exchange === undefined) throw new Error('no exchange');
  return JSON.parse(exchangeLine(exchange, options)) as Record<string, unknown>;
}

function session(inputs: readonly EngineInput[], historyBytesMax = 16 * mebibyte): TrafficSession {
  const run = new TrafficSession({ historyBytesMax, unsafeShowSecrets: false });
  for (const input of inputs) run.receive(input);
  return run;
}

describe('every message of every version filled with one byte', () => {
  // Such bytes are counts, lengths and tags all at once: what amplifies does it here.
  it.each([0x00, 0x01, 0x02, 0x03, 0x10, 0x7f, 0x80, 0xff])('%i', (byte) => {
    const outcomes = new Set<string>();
    for (let apiKey = 0; apiKey <= apiKeyMax; apiKey += 1) {
      const range = versionRange(apiKey);
      for (let version = range?.min ?? 0; version <= (range?.max ?? -1); version += 1) {
        for (const type of ['request', 'response'] as const) {
          if (planFor(apiKey, type, version) === null) continue;
          const frame = new Uint8Array(4096).fill(byte);
          if (type === 'request') {
            const head = requestOf(apiKey, version, {}).subarray(4, 20);
            frame.set(head.subarray(0, 8));
            frame[8] = 0xff;
            frame[9] = 0xff;
          }
          outcomes.add(checkFrame(frame, type, apiKey, version));
        }
      }
    }
    expect(outcomes.has('unknown')).toBe(false);
    expect(outcomes.size).toBeGreaterThan(0);
  });
});

describe('bombs', () => {
  const zeros = new Uint8Array(50_000_000);
  // A ratio that the limit lets pass once.
  const denser = new Uint8Array(40_000_000);
  for (let at = 0; at < denser.length; at += 900) denser[at] = at;

  it.each(codecs)('50 MB of zeros in %s are a limit that is shown, or what one batch may hold', (codec) => {
    const bomb = batchOf(codec, zeros);
    const [batch] = decodeRecordBatches(bomb).batches;
    if (batch?.records !== null) expect(zeros.length / bomb.length).toBeLessThan(1000);
    else expect(batch.recordsError?.code).toBe('limit');
    const line = lineOf(new Conversation().raw('client', produceOf([bomb])).closed().inputs);
    expect(line).toMatchObject({ request: { opaque: null }, records: { batches: [{ sizeInBytes: bomb.length }] } });
  });

  it.each(codecs)('forty of them in one request are paid for once: %s', (codec) => {
    const bomb = batchOf(codec, denser);
    const frame = produceOf(Array.from({ length: 40 }, () => bomb));
    const before = usedBytes();
    const { inputs } = new Conversation().raw('client', frame).closed();
    const { records } = lineOf(inputs) as { records: { batches: { recordsError?: string }[] } };
    expect(records.batches).toHaveLength(40);
    const refused = records.batches.filter(({ recordsError }) => recordsError?.startsWith('limit'));
    expect(refused.length).toBeGreaterThanOrEqual(38);
    expect(session(inputs).store?.detail(1, true)?.request?.spans).not.toEqual([]);
    expect(usedBytes() - before - frame.length * 6).toBeLessThan(400 * mebibyte);
  });

  it.each(codecs)('ten thousand small batches of %s hold no more than their own bytes', (codec) => {
    const small = batchOf(codec, new Uint8Array(10));
    const set = Buffer.concat(Array.from({ length: 10_000 }, () => small));
    const { batches } = decodeRecordBatches(set);
    expect(batches).toHaveLength(10_000);
    const buffers = new Set(batches.map((batch) => batch.records?.[0]?.value?.buffer));
    let held = 0;
    for (const buffer of buffers) held += buffer?.byteLength ?? 0;
    expect(held).toBeLessThan(set.length * 4);
  });
});

describe('frames near the size limit', () => {
  it('of nothing but characters that JSON escapes: a line without a body', () => {
    const topics = Array.from({ length: 1000 }, () => ({ name: '\x01'.repeat(32_000) }));
    const { inputs } = new Conversation().raw('client', requestOf(3, 4, { topics })).closed();
    expect(lineOf(inputs)).toMatchObject({
      status: 'abandoned',
      api: { name: 'Metadata' },
      request: { body: null, opaque: { reason: 'truncated' } },
    });
  });

  it('of more than a million small structures: a line without a body', () => {
    const partitions = Array.from({ length: 1_300_000 }, () => ({ partitionIndex: 1, committedMetadata: '' }));
    const body = { groupId: 'g', topics: [{ name: 'orders', partitions }] };
    const { inputs } = new Conversation().raw('client', requestOf(8, 2, body)).closed();
    expect(lineOf(inputs)).toMatchObject({ group: 'g', request: { body: null, opaque: { reason: 'truncated' } } });
  });

  it('of a million errors: as many as are listed', () => {
    const topics = Array.from({ length: 1_000_000 }, () => ({ errorCode: 3, name: 'a' }));
    const bytes = framed(encodeResponse({ apiKey: 3, apiVersion: 4, correlationId: 1, body: { topics } }));
    const run = session(new Conversation().request(3, 4, 1, { topics: [] }).raw('broker', bytes).inputs);
    const detail = run.store?.detail(1, true);
    expect(detail?.errors).toHaveLength(64);
    expect(detail?.response?.spansOmitted).toBeGreaterThan(1_000_000);
  });

  it('of a hundred thousand topic ids: shown', () => {
    const topics = Array.from({ length: 100_000 }, (_, index) => {
      const id = Buffer.alloc(16);
      id.writeInt32BE(index + 1);
      return { topicId: id.toString('base64url'), partitions: [] };
    });
    const run = session(new Conversation().raw('client', requestOf(1, 13, { topics })).inputs);
    expect(run.store?.detail(1, true)?.request?.spansOmitted).toBeGreaterThan(100_000);
  });
});

describe('floods', () => {
  const empty = Buffer.alloc(4 * 400_000);

  it('of empty frames: an event each, nothing kept', () => {
    const run = session(new Conversation().raw('client', empty).raw('broker', empty).inputs);
    expect(run.store?.history.size).toBe(0);
  });

  it('of raw tokens without answers: the oldest are given up', () => {
    const talk = new Conversation().request(17, 0, 1, { mechanism: 'GSSAPI' }).response(17, 0, 1, { mechanisms: [] });
    const run = session(talk.raw('client', empty).raw('broker', empty).inputs);
    const { exchanges } = run.summary.facts({ packets: null, bytes: 0, byApi: {} });
    expect(exchanges.abandoned).toBe(400_000 - 1024);
    expect(exchanges.answered).toBe(1 + 1024);
  });

  it('of requests without answers, then of answers to nobody: both bounded', () => {
    const request = requestOf(18, 0, {});
    const orphan = framed(new Uint8Array([0, 0, 0, 9]));
    const talk = new Conversation().raw('client', Buffer.concat(Array.from({ length: 100_000 }, () => request)));
    const run = session(talk.raw('broker', Buffer.concat(Array.from({ length: 100_000 }, () => orphan))).inputs);
    const { exchanges } = run.summary.facts({ packets: null, bytes: 0, byApi: {} });
    expect(exchanges).toMatchObject({ abandoned: 100_000 - 65_536, orphan: 100_000 });
  });

  it('of error codes, keys, versions and client ids that do not exist: tables stay small', () => {
    const talk = new Conversation();
    for (let index = 0; index < 60_000; index += 1) {
      const head = Buffer.alloc(14);
      head.writeInt16BE(index - 30_000, 0);
      head.writeInt16BE(index % 1000, 2);
      head.writeInt32BE(index, 4);
      head.writeInt16BE(4, 8);
      head.writeInt32BE(0x4141_0000 + index, 10);
      talk.raw('client', framed(head));
    }
    const run = session(talk.inputs);
    const { byApi, byClient } = run.metrics.snapshot(run.lastUs);
    expect(byApi.length).toBeLessThan(10_000);
    expect(byClient.length).toBeLessThanOrEqual(201);
  });
});
