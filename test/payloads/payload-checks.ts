import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { nowhere, type PayloadHost, type PayloadPlace } from '../../src/payloads/payload-reader.ts';
import { type PayloadTree, payloadTree } from '../../src/payloads/payload-tree.ts';
import type { FieldSpan, FieldValue } from '../../src/protocol/field-span.ts';
import { redactRequest, redactResponse } from '../../src/redact/redact-frame.ts';
import { isSensitiveConfigName } from '../../src/redact/sensitive-config-names.ts';
import { allSpans, expectNested } from '../records/span-checks.ts';

/** The host as the store makes it, without topic names. */
export const host: PayloadHost = {
  isSensitiveConfigName,
  redact(payload, type, apiKey, apiVersion) {
    if (type === 'request') redactRequest(payload, apiKey, apiVersion);
    else redactResponse(payload, apiKey, apiVersion);
  },
  topicName: () => null,
};

/** A place whose neighbours have these values. */
export function place(
  owner: string,
  field: string,
  beside: Readonly<Record<string, FieldValue>> = {},
  more: Partial<PayloadPlace> = {},
): PayloadPlace {
  return { ...nowhere, owner, field, lookup: (name) => beside[name], ...more };
}

/** Key or value of a record of a topic. */
export function recordPlace(
  field: 'key' | 'value',
  topic: string | null,
  more: Partial<PayloadPlace> = {},
): PayloadPlace {
  return { ...nowhere, owner: 'Record', field, topic, ...more };
}

export function treeOf(bytes: Uint8Array, at: PayloadPlace): PayloadTree {
  const tree = payloadTree(bytes, at, host);
  expectNested(tree.spans, bytes, tree.views);
  return tree;
}

/** Fields by name, as `JsonConverter` would print them: tagged fields beside the others, bytes as base64. */
export function toJson(spans: readonly FieldSpan[], bytes: Uint8Array): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const span of spans) {
    if (span.name === 'taggedFields') Object.assign(json, toJson(span.children, bytes));
    else json[span.name] = valueJson(span, bytes);
  }
  return json;
}

function valueJson(span: FieldSpan, bytes: Uint8Array): unknown {
  if (span.value === null) return null;
  if (span.type.endsWith('BYTES') && span.children.length > 0 && span.name !== 'userData') {
    // Kafka's tools print what is inside without the version that stands before it.
    const { version: _version, ...inside } = toJson(span.children, bytes);
    return inside;
  }
  if (span.type.endsWith('BYTES')) return Buffer.from(contentsOf(span, bytes)).toString('base64');
  if (span.value !== undefined) return span.value;
  if (span.type.endsWith('ARRAY')) return span.children.map((child) => valueJson(child, bytes));
  return toJson(span.children, bytes);
}

function contentsOf(span: FieldSpan, bytes: Uint8Array): Uint8Array {
  let prefix = 4;
  if (span.type.startsWith('COMPACT_')) {
    prefix = 1;
    while ((bytes[span.start + prefix - 1] ?? 0) >= 0x80) prefix += 1;
  }
  return bytes.subarray(span.start + prefix, span.end);
}

/** The first span of a name, depth first. */
export function find(spans: readonly FieldSpan[], name: string): FieldSpan | undefined {
  return allSpans(spans).find((span) => span.name === name);
}

/** All words of a tree: what could leak. */
export function wordsOf(tree: PayloadTree): string {
  const words = allSpans(tree.spans).map((span) => `${span.name} ${String(span.value)} ${span.note}`);
  return [String(tree.value), String(tree.note), ...words].join('\n');
}

/** Fails if any bytes, or any damage to good bytes, throw, run over, or leave spans outside the bytes. */
export function expectRobust(samples: readonly Uint8Array[], at: PayloadPlace, runs = 120): void {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      treeOf(bytes, at);
    }),
    { numRuns: runs },
  );
  if (samples.length === 0) return;
  const hits = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 });
  fc.assert(
    fc.property(fc.nat(), hits, fc.option(fc.nat()), (pick, changes, cut) => {
      const bytes = new Uint8Array(samples[pick % samples.length] ?? []);
      for (const [where, value] of changes) bytes[where % Math.max(1, bytes.length)] = value;
      treeOf(cut === null ? bytes : bytes.subarray(0, cut % (bytes.length + 1)), at);
    }),
    { numRuns: runs },
  );
}

const fixtures = new URL('../../fixtures/payloads/', import.meta.url);

function linesOf<Line>(name: string): Line[] {
  const lines = gunzipSync(readFileSync(new URL(name, fixtures)))
    .toString()
    .split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Line);
}

export interface InternalTopic {
  readonly topic: string;
  readonly hex: string;
  readonly records: readonly {
    readonly offset: number;
    readonly key: string | null;
    readonly payload: string | null;
    readonly control: string | null;
  }[];
}

/** Log segments of a real broker and what Kafka's own tool prints of them. */
export function internalTopics(topic: string): InternalTopic[] {
  return linesOf<InternalTopic>('internal-topics.ndjson.gz').filter((line) => line.topic === topic);
}

/** Bytes that Kafka's own classes wrote. */
export function javaPayloads(kind: string): { readonly version: number; readonly bytes: Uint8Array }[] {
  const lines = linesOf<{ kind: string; version: number; hex: string }>('java-payloads.ndjson.gz');
  return lines
    .filter((line) => line.kind === kind)
    .map((line) => ({ version: line.version, bytes: new Uint8Array(Buffer.from(line.hex, 'hex')) }));
}

export function hexBytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

export function utf8(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}
