import { expect, test } from 'vitest';
import { encodeRequest, encodeResponse } from '../../src/protocol/encode.ts';
import { planFor } from '../../src/protocol/plan.ts';
import { secretSpans } from '../../src/redact/secret-walk.ts';

test('spans are the bytes of the field, without its length', () => {
  const plan = planFor(36, 'request', 2);
  if (plan === null) throw new Error('SaslAuthenticate v2');
  const authBytes = new Uint8Array(Buffer.from('\0alice\0wonder'));
  const payload = encodeRequest({ apiKey: 36, apiVersion: 2, correlationId: 1, clientId: 'c', body: { authBytes } });
  const spans = secretSpans(payload, plan, false) ?? [];
  expect(Buffer.from(payload.subarray(spans[0], spans[1])).toString()).toBe('\0alice\0wonder');
  expect(spans).toHaveLength(2);
});

test('the value of a configuration and those of its synonyms', () => {
  const plan = planFor(32, 'response', 4);
  if (plan === null) throw new Error('DescribeConfigs v4');
  const synonym = { name: 'plain.name', value: 'second', source: 1 };
  const config = { name: 'ssl.key.password', value: 'first', isSensitive: true, synonyms: [synonym] };
  const harmless = { name: 'retention.ms', value: 'open', synonyms: [{ ...synonym, value: 'open too' }] };
  const body = { results: [{ configs: [harmless, config] }] };
  const payload = encodeResponse({ apiKey: 32, apiVersion: 4, correlationId: 1, body });
  const spans = secretSpans(payload, plan, true) ?? [];
  const texts: string[] = [];
  for (let i = 0; i < spans.length; i += 2)
    texts.push(Buffer.from(payload.subarray(spans[i], spans[i + 1])).toString());
  expect(texts.sort()).toEqual(['first', 'second']);
});

test('bytes that the plan cannot read have no spans', () => {
  const plan = planFor(36, 'request', 2);
  if (plan === null) throw new Error('SaslAuthenticate v2');
  expect(secretSpans(new Uint8Array(10), plan, false)).toBeNull();
  expect(secretSpans(new Uint8Array(0), plan, false)).toBeNull();
});

test('any negative length is a null where the schema allows one', () => {
  const plan = planFor(33, 'request', 1);
  if (plan === null) throw new Error('AlterConfigs v1');
  const body = { resources: [{ configs: [{ name: 'ssl.key.password', value: null }] }] };
  const payload = encodeRequest({ apiKey: 33, apiVersion: 1, correlationId: 1, clientId: 'c', body });
  expect(secretSpans(payload, plan, true)).toEqual([]);
  // The length of the value stands in front of validateOnly, which is the last byte.
  new DataView(payload.buffer, payload.byteOffset).setInt16(payload.length - 3, -2);
  expect(secretSpans(payload, plan, true)).toEqual([]);
});

test('as many synonyms as a frame can hold are walked', () => {
  const plan = planFor(32, 'response', 4);
  if (plan === null) throw new Error('DescribeConfigs v4');
  const synonyms = Array.from({ length: 300_000 }, () => ({ name: '', value: '', source: 1 }));
  const body = { results: [{ configs: [{ name: 'ssl.key.password', value: 'first', synonyms }] }] };
  const payload = encodeResponse({ apiKey: 32, apiVersion: 4, correlationId: 1, body });
  expect(secretSpans(payload, plan, true)).toHaveLength(2 * 300_001);
});
