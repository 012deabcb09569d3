import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodedValuesMax, decodeRequest, decodeResponse, responseLayoutVersion } from '../../src/protocol/decode.ts';
import { encodeByPlan, encodeRequest, encodeResponse } from '../../src/protocol/encode.ts';
import { bodyToJson, structToJson } from '../../src/protocol/json.ts';
import type { Message } from '../../src/protocol/message.ts';
import { planFor } from '../../src/protocol/plan.ts';
import { arbitrarySpoiltFrame } from './compiled-agreement.ts';
import {
  base64,
  bytesOf,
  corpusMessages,
  fullCorpusIsThere,
  type GoldenMessage,
  plain,
  releases,
  sampleMessages,
  tagsAsLines,
} from './golden-lines.ts';

function decode(golden: GoldenMessage, bytes: Uint8Array, lib?: '3.9.1'): Message {
  const options = lib === undefined ? {} : { lib };
  return golden.type === 'request'
    ? decodeRequest(bytes, options)
    : decodeResponse(bytes, golden.key, golden.version, options);
}

/** What is wrong with our reading of a line; null when it is Kafka's. */
function complaint(golden: GoldenMessage, lib?: '3.9.1'): string | null {
  const bytes = bytesOf(golden);
  const message = decode(golden, bytes, lib);
  const name = `${golden.api} ${golden.type} v${golden.version} ${golden.variant}`;
  const plan = planFor(golden.key, golden.type, golden.version, lib);
  if (plan === null || message.kind === 'opaque') return `${name}: ${JSON.stringify(message)}`;
  const ours = {
    api: plan.apiName,
    headerVersion: message.headerVersion,
    flexible: message.flexible,
    header: structToJson(plan.header, message.header),
    body: bodyToJson(plan, message.body),
    records: message.records.map(base64),
    recordPaths: message.recordPaths,
    unknownTags: tagsAsLines(message.unknownTags),
    trailingBytes: message.trailingBytes,
  };
  const { api, headerVersion, flexible, header, body, records = [], recordPaths = [], unknownTags = [] } = golden;
  const kafkas = { api, headerVersion, flexible, header, body, records, recordPaths, unknownTags, trailingBytes: 0 };
  if (!isDeepStrictEqual(plain(ours), plain(kafkas))) return `${name}: read differently`;
  const again = encodeByPlan(plan, message.header, message.body, message.unknownTags);
  return Buffer.compare(again, bytes) === 0 ? null : `${name}: encodes to other bytes`;
}

describe('golden lines', () => {
  test.each(releases)('the sample of $name reads as Kafka reads it and encodes to the same bytes', ({ name, lib }) => {
    const lines = sampleMessages(name);
    expect(lines.length).toBeGreaterThan(300);
    expect(lines.map((line) => complaint(line, lib)).filter((text) => text !== null)).toEqual([]);
  });

  test.skipIf(!fullCorpusIsThere).each(releases)('the whole corpus of $name, too', ({ name, lib }) => {
    const lines = corpusMessages(name);
    expect(lines.length).toBeGreaterThan(8000);
    expect(lines.map((line) => complaint(line, lib)).filter((text) => text !== null)).toEqual([]);
  });
});

describe('hostile bytes', () => {
  const lines = sampleMessages('4.4.0');

  test('mutated or cut frames end as a message or as an opaque one with its place', () => {
    fc.assert(
      fc.property(arbitrarySpoiltFrame(lines), ({ golden, bytes }) => {
        const message = decode(golden, bytes);
        if (message.kind === 'decoded') return;
        if (message.reason !== 'malformed' && message.reason !== 'truncated') return;
        expect(message.offset).toBeLessThanOrEqual(bytes.length);
        expect(message.detail).not.toBe('');
      }),
      { numRuns: 5_000 },
    );
  });

  test('a count beyond the bytes left is refused before anything is made', () => {
    // Metadata v0: correlation id, then an array of 2^31-1 brokers.
    const message = decodeResponse(Buffer.from('000000017fffffff', 'hex'), 3, 0);
    expect(message).toMatchObject({ kind: 'opaque', reason: 'truncated', offset: 4, path: 'brokers' });
  });

  test('null where the schema allows none is malformed and names the field', () => {
    // Metadata v0 request: one topic with the null name (length -1).
    const message = decodeRequest(Buffer.from('0003000000000001ffff00000001ffff', 'hex'));
    expect(message).toMatchObject({ reason: 'malformed', offset: 14, path: 'topics[0].name' });
  });

  test('a tagged field whose size is not what its value takes is malformed', () => {
    // ApiVersions v3 response: no error, no keys, no throttle; tag 1 (an int64) announces 4 bytes of the 8 there.
    const hex = '00000001' + '0000' + '01' + '00000000' + '01' + '01' + '04' + '0000000000000001';
    expect(decodeResponse(Buffer.from(hex, 'hex'), 18, 3)).toMatchObject({
      reason: 'malformed',
      path: 'finalizedFeaturesEpoch',
    });
  });

  test('a varint beyond five bytes or 31 bits is malformed', () => {
    for (const varint of ['ffffffffff01', 'ffffffff0f', '8080808010']) {
      const message = decodeRequest(Buffer.from(`0012000300000001ffff00${varint}`, 'hex'));
      expect(message).toMatchObject({ reason: 'malformed', path: 'clientSoftwareName' });
    }
  });

  test('the failing element of an array of scalars is named', () => {
    const message = decodeRequest(Buffer.from('000f000000000001ffff0000000200016100ff', 'hex'));
    expect(message).toMatchObject({ reason: 'truncated', path: 'groups[1]' });
  });

  test('more values than anybody could show are refused', () => {
    const count = decodedValuesMax + 1;
    // ListPartitionReassignments v0: timeout, then one topic "a" with a compact array of that many int32.
    const head = Buffer.from(`002e000000000001ffff0000000000` + '02' + '0261', 'hex');
    const size = Buffer.alloc(5);
    let rest = count + 1;
    let bytes = 0;
    for (; rest >= 0x80; rest >>>= 7) size[bytes++] = (rest & 0x7f) | 0x80;
    size[bytes++] = rest;
    const payload = Buffer.concat([head, size.subarray(0, bytes), Buffer.alloc(count * 4)]);
    const message = decodeRequest(payload);
    expect(message).toMatchObject({ reason: 'malformed', path: 'topics[0].partitionIndexes' });
  });
});

describe('what is not there', () => {
  test('an unknown key and an unknown version say so', () => {
    expect(decodeRequest(Buffer.from('03e7000000000001ffff', 'hex'))).toMatchObject({ reason: 'unknown-api' });
    expect(decodeRequest(Buffer.from('0003006300000001ffff', 'hex'))).toMatchObject({ reason: 'unknown-version' });
    expect(decodeRequest(Buffer.from('0003', 'hex'))).toMatchObject({ reason: 'truncated', offset: 0 });
    expect(decodeResponse(Buffer.from('00000001', 'hex'), -4, 0)).toMatchObject({ reason: 'unknown-api' });
  });
});

describe('tolerance', () => {
  const body = { clientSoftwareName: 'a', clientSoftwareVersion: '1' };
  const encoded = encodeRequest({ apiKey: 18, apiVersion: 3, correlationId: 7, clientId: null, body });

  test('bytes behind the body are counted, as brokers ignore them', () => {
    expect(decodeRequest(Buffer.concat([encoded, Buffer.from('abcd', 'hex')]))).toMatchObject({ trailingBytes: 2 });
  });

  test('descending and repeated unknown tags are kept in the order they came', () => {
    const bytes = Buffer.concat([encoded.subarray(0, -1), Buffer.from('03' + '0901aa' + '0401bb' + '0401cc', 'hex')]);
    const message = decodeRequest(bytes);
    expect(message.kind === 'decoded' && message.unknownTags.map((tag) => [tag.tag, base64(tag.data)])).toEqual([
      [9, 'qg=='],
      [4, 'uw=='],
      [4, 'zA=='],
    ]);
  });

  test('a tagged field sent at its default reads as absent, as Kafka prints it', () => {
    // ApiVersions v3 response with tag 3, ZkMigrationReady, explicitly false.
    const hex = '00000001' + '0000' + '01' + '00000000' + '01' + '03' + '01' + '00';
    const message = decodeResponse(Buffer.from(hex, 'hex'), 18, 3);
    expect(message.kind === 'decoded' && 'zkMigrationReady' in message.body).toBe(false);
  });

  test('invalid UTF-8 reads as replacement characters', () => {
    const message = decodeRequest(Buffer.from('00120000000000010002c328', 'hex'));
    expect(message).toMatchObject({ header: { clientId: '\ufffd(' } });
  });
});

test('ApiVersions error 35 is read in the layout of version 0, whatever was asked', () => {
  const bytes = encodeResponse({
    apiKey: 18,
    apiVersion: 0,
    correlationId: 5,
    body: { errorCode: 35, apiKeys: [{ apiKey: 18, minVersion: 0, maxVersion: 4 }] },
  });
  expect(responseLayoutVersion(bytes, 18, 99)).toBe(0);
  for (const asked of [0, 3, 5, 99]) {
    expect(decodeResponse(bytes, 18, asked)).toMatchObject({
      apiVersion: 0,
      body: { errorCode: 35, apiKeys: [{ maxVersion: 4 }] },
    });
  }
});
