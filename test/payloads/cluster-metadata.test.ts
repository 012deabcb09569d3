import { describe, expect, it } from 'vitest';
import { parseExactJson } from '../../src/protocol/json.ts';
import { decodeRecordBatches } from '../../src/records/decode-records.ts';
import {
  expectRobust,
  find,
  hexBytes,
  internalTopics,
  recordPlace,
  toJson,
  treeOf,
  wordsOf,
} from './payload-checks.ts';

const at = recordPlace('value', '__cluster_metadata');

function recordsOf(): Map<number, Uint8Array> {
  const values = new Map<number, Uint8Array>();
  for (const log of internalTopics('__cluster_metadata')) {
    for (const batch of decodeRecordBatches(hexBytes(log.hex)).batches) {
      if (batch.control) continue;
      for (const { offset, value } of batch.records ?? []) if (value !== null) values.set(Number(offset), value);
    }
  }
  return values;
}

function comparable(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? Number(part) : part)));
}

const secretTypes = ['USER_SCRAM_CREDENTIAL_RECORD'];

describe('clusterMetadataValue', () => {
  it("reads a controller's log as Kafka's own tool does", () => {
    const values = recordsOf();
    const types = new Set<string>();
    for (const { offset, payload } of internalTopics('__cluster_metadata').flatMap((log) => log.records)) {
      const bytes = values.get(offset);
      if (payload === null || bytes === undefined) continue;
      const dumped = parseExactJson(payload) as { type: string; version: number; data: Record<string, unknown> };
      types.add(dumped.type);
      if (secretTypes.includes(dumped.type)) continue;
      const { frameVersion, type: _type, version, ...data } = toJson(treeOf(bytes, at).spans, bytes);
      expect([frameVersion, version]).toEqual([1, dumped.version]);
      // A field that has the same name as one of the frame's would hide it; no record has one.
      expect(comparable(data), dumped.type).toEqual(comparable(dumped.data));
    }
    expect(types.size).toBeGreaterThan(8);
  });

  it('never shows the keys of a SCRAM credential', () => {
    const credential = [...recordsOf().values()].find((bytes) => bytes[1] === 11) ?? new Uint8Array(0);
    const tree = treeOf(credential, at);
    expect(find(tree.spans, 'name')?.value).toBe('alice');
    for (const name of ['salt', 'storedKey', 'serverKey']) {
      expect(find(tree.spans, name)).toMatchObject({ value: undefined, children: [] });
      expect(find(tree.spans, name)?.note).toContain('secret');
    }
  });

  it('hides the value of a sensitive configuration, and of no other', () => {
    const config = (name: string, value: string): Uint8Array =>
      hexBytes(
        `01 04 00 04 02 31 ${Buffer.from([name.length + 1]).toString('hex')} ${Buffer.from(name).toString('hex')} ` +
          `${Buffer.from([value.length + 1]).toString('hex')} ${Buffer.from(value).toString('hex')} 00`,
      );
    const secret = treeOf(config('ssl.keystore.password', 'canary'), at);
    expect(wordsOf(secret)).not.toContain('canary');
    expect(find(secret.spans, 'value')?.note).toBe('redacted');
    expect(find(treeOf(config('retention.ms', '1000'), at).spans, 'value')?.value).toBe('1000');
  });

  it('says what it does not know, and survives any bytes', () => {
    expect(treeOf(hexBytes('02 04 00'), at).note).toContain('frame version 2: only 1 is known');
    expect(treeOf(hexBytes('01 7f 00'), at).note).toContain('record type 127 is not known');
    expect(treeOf(hexBytes('01 02 09'), at).note).toContain('version 9 of TopicRecord: only 0 is known');
    expectRobust([...recordsOf().values()], at);
  });
});
