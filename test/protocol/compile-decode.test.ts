import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileDecode, decodeSource } from '../../src/protocol/compile-decode.ts';
import { decodedValuesMax, decodeResponse, interpretDecode } from '../../src/protocol/decode.ts';
import { encodeByPlan, encodeResponse } from '../../src/protocol/encode.ts';
import { FieldKind } from '../../src/protocol/field-kind.ts';
import type { Message } from '../../src/protocol/message.ts';
import type { FieldPlan, MessagePlan } from '../../src/protocol/plan.ts';
import { compileAfterUses } from '../../src/protocol/source-parts.ts';
import { arbitraryMessage, planOf } from './arbitrary-body.ts';
import { arbitrarySpoiltFrame, once, planOfLine } from './compiled-agreement.ts';
import {
  bytesOf,
  corpusMessages,
  fullCorpusIsThere,
  type GoldenMessage,
  releases,
  sampleMessages,
} from './golden-lines.ts';

const compiled = once(compileDecode);

/** Values in the order of the wire, so that a difference in the order of fields shows, too. */
function printed(message: Message | null): string {
  return JSON.stringify(message, (_name, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
}

/** Whether the compiled decoder reads what it may leave to the interpreter only for a tag nobody knows. */
function complaint(golden: GoldenMessage, lib?: '3.9.1'): string | null {
  const bytes = bytesOf(golden);
  const plan = planOfLine(golden, lib);
  const truth = interpretDecode(bytes, plan);
  const ours = compiled(plan)(bytes);
  const name = `${golden.api} ${golden.type} v${golden.version} ${golden.variant}`;
  if (ours === null) {
    return truth.kind === 'decoded' && truth.unknownTags.length > 0 ? null : `${name}: left to the interpreter`;
  }
  return printed(ours) === printed(truth) ? null : `${name}: read differently`;
}

describe('the compiled decoder and the interpreter', () => {
  test.each(releases)('agree on the sample of $name', ({ name, lib }) => {
    const lines = sampleMessages(name);
    expect(lines.map((line) => complaint(line, lib)).filter((text) => text !== null)).toEqual([]);
  });

  test.skipIf(!fullCorpusIsThere).each(releases)('agree on the whole corpus of $name', ({ name, lib }) => {
    const lines = corpusMessages(name);
    expect(lines.map((line) => complaint(line, lib)).filter((text) => text !== null)).toEqual([]);
  });

  test('agree on spoilt frames: what the one reads, the other reads alike', () => {
    let read = 0;
    fc.assert(
      fc.property(arbitrarySpoiltFrame(sampleMessages('4.4.0')), ({ golden, bytes }) => {
        const plan = planOfLine(golden);
        const ours = compiled(plan)(bytes);
        if (ours === null) return;
        read += 1;
        expect(printed(ours)).toBe(printed(interpretDecode(bytes, plan)));
      }),
      { numRuns: 5_000 },
    );
    expect(read).toBeGreaterThan(500);
  });

  test('agree on any body of any version', () => {
    fc.assert(
      fc.property(arbitraryMessage, ({ apiKey, type, apiVersion, body }) => {
        const plan = planOf(apiKey, type, apiVersion);
        const header = type === 'request' ? { requestApiKey: apiKey, requestApiVersion: apiVersion } : {};
        const bytes = encodeByPlan(plan, header, body);
        const message = compiled(plan)(bytes);
        expect(message?.body).toEqual(body);
        expect(printed(message)).toBe(printed(interpretDecode(bytes, plan)));
      }),
      { numRuns: 500 },
    );
  });
});

describe('decodeByPlan with a compiled form', () => {
  const plan = planOf(3, 'response', 12);
  const topics = [{ name: 'a', partitions: [{ partitionIndex: 3, replicaNodes: [1, 2] }] }];
  const bytes = encodeResponse({ apiKey: 3, apiVersion: 12, correlationId: 1, body: { topics } });

  test('compiles after some uses and reads the same ever after', () => {
    plan.compiled.decodeUses = 0;
    plan.compiled.decode = null;
    const before = decodeResponse(bytes, 3, 12);
    expect(plan.compiled.decode).toBeNull();
    for (let use = 0; use < compileAfterUses; use += 1) decodeResponse(bytes, 3, 12);
    expect(plan.compiled.decode).not.toBeNull();
    expect(decodeResponse(bytes, 3, 12)).toEqual(before);
  });

  test('says of a cut message what the interpreter says', () => {
    plan.compiled.decode = compiled(plan);
    for (let end = 0; end < bytes.length; end += 1) {
      const cut = bytes.subarray(0, end);
      expect(decodeResponse(cut, 3, 12)).toEqual(interpretDecode(cut, plan));
      expect(decodeResponse(cut, 3, 12)).toMatchObject({ kind: 'opaque', reason: 'truncated' });
    }
  });

  test('leaves a count that nobody could show to the interpreter', () => {
    const count = decodedValuesMax + 1;
    // ListGroups v0 would do as well; Metadata v0 begins with brokers of ten bytes at least.
    const payload = Buffer.alloc(8 + count * 10);
    payload.writeInt32BE(count, 4);
    expect(compiled(planOf(3, 'response', 0))(payload)).toBeNull();
  });
});

test('a tag sent twice keeps its last value, and a default sent after a value removes it', () => {
  // ApiVersions v3 response: no error, no keys, no throttle, then finalizedFeaturesEpoch (tag 1) twice.
  const head = '00000001' + '0000' + '01' + '00000000' + '02';
  const five = '0108' + '0000000000000005';
  const none = '0108' + 'ffffffffffffffff';
  const plan = planOf(18, 'response', 3);
  for (const hex of [head + five + none, head + none + five, head + five + five]) {
    const bytes = Buffer.from(hex, 'hex');
    const ours = compiled(plan)(bytes);
    if (ours !== null) expect(ours).toEqual(interpretDecode(bytes, plan));
    plan.compiled.decode = compiled(plan);
    expect(decodeResponse(bytes, 18, 3)).toEqual(interpretDecode(bytes, plan));
  }
});

test('a name is text in the source, whatever it is made of', () => {
  const plan = planOf(12, 'response', 0);
  const name = '"]; throw new Error(`hostile`); //\n\u2028 \\';
  const field: FieldPlan = {
    name,
    kind: FieldKind.Int16,
    compact: false,
    nullable: false,
    tag: -1,
    defaultValue: 0,
    entityType: null,
    element: null,
    struct: null,
    secret: false,
    bytesMin: 2,
  };
  const body = { ...plan.body, fields: [field] };
  const hostile: MessagePlan = { ...plan, body };
  expect(decodeSource(hostile)).toContain(JSON.stringify(name));
  expect(compileDecode(hostile)?.(Buffer.from('000000070009', 'hex'))?.body).toEqual({ [name]: 9 });
});
