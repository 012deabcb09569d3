import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileJson, jsonSource } from '../../src/protocol/compile-json.ts';
import { interpretDecode } from '../../src/protocol/decode.ts';
import { encodeByPlan } from '../../src/protocol/encode.ts';
import { FieldKind } from '../../src/protocol/field-kind.ts';
import { bodyToJson, printJson } from '../../src/protocol/json.ts';
import type { Message, MessageJson } from '../../src/protocol/message.ts';
import { decodedValuesMax, type FieldPlan, type MessagePlan } from '../../src/protocol/plan.ts';
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

const compiled = once(compileJson);

/** What the interpreter reads, printed from its objects; null for what it cannot read or what has unknown tags. */
function printedByObjects(message: Message, plan: MessagePlan): string | null {
  if (message.kind === 'opaque' || message.unknownTags.length > 0) return null;
  return `"header":${printJson(message.header)},"body":${printJson(bodyToJson(plan, message.body))}`;
}

function recordsOf(json: MessageJson, bytes: Uint8Array): string[] {
  const records: string[] = [];
  for (let at = 0; at < json.records.length; at += 2) {
    records.push(Buffer.from(bytes.subarray(json.records[at], json.records[at + 1])).toString('hex'));
  }
  return records;
}

/** How the printer differs from the interpreter, which it may call upon for tags nobody knows and nothing else. */
function complaint(golden: GoldenMessage, lib?: '3.9.1'): string | null {
  const bytes = bytesOf(golden);
  const plan = planOfLine(golden, lib);
  const truth = interpretDecode(bytes, plan);
  const expected = printedByObjects(truth, plan);
  const ours = compiled(plan)(bytes);
  const name = `${golden.api} ${golden.type} v${golden.version} ${golden.variant}`;
  if (ours === null) return expected === null ? null : `${name}: left to the interpreter`;
  if (ours.text !== expected) return `${name}: printed differently`;
  const records = truth.kind === 'decoded' ? truth.records.map((each) => Buffer.from(each).toString('hex')) : [];
  return recordsOf(ours, bytes).join() === records.join() ? null : `${name}: other records`;
}

describe('the compiled printer and the interpreter', () => {
  test.each(releases)('agree on the sample of $name', ({ name, lib }) => {
    const lines = sampleMessages(name);
    expect(lines.map((line) => complaint(line, lib)).filter((text) => text !== null)).toEqual([]);
  });

  test.skipIf(!fullCorpusIsThere).each(releases)('agree on the whole corpus of $name', ({ name, lib }) => {
    const lines = corpusMessages(name);
    expect(lines.map((line) => complaint(line, lib)).filter((text) => text !== null)).toEqual([]);
  });

  test('agree on spoilt frames: what the one prints, the other prints alike', () => {
    let read = 0;
    fc.assert(
      fc.property(arbitrarySpoiltFrame(sampleMessages('4.4.0')), ({ golden, bytes }) => {
        const plan = planOfLine(golden);
        const ours = compiled(plan)(bytes);
        if (ours === null) return;
        read += 1;
        expect(ours.text).toBe(printedByObjects(interpretDecode(bytes, plan), plan));
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
        expect(compiled(plan)(bytes)?.text).toBe(printedByObjects(interpretDecode(bytes, plan), plan));
      }),
      { numRuns: 1_000 },
    );
  });
});

/** A field of one version, all defaults those of an int16. */
function fieldPlan(name: string, changes: Partial<FieldPlan> = {}): FieldPlan {
  return {
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
    ...changes,
  };
}

/** A message of a correlation id and these fields, in the order in which they are declared. */
function planWith(declared: readonly FieldPlan[]): MessagePlan {
  const plan = planOf(12, 'response', 0);
  const fields = declared.filter((field) => field.tag < 0);
  const tagged = declared.filter((field) => field.tag >= 0).sort((one, other) => one.tag - other.tag);
  return { ...plan, flexible: true, body: { name: 'Body', fields, tagged, declared, flexible: true, bytesMin: 1 } };
}

describe('tagged fields', () => {
  const [one, two] = [fieldPlan('one', { tag: 0 }), fieldPlan('two', { tag: 1 })];
  const always = fieldPlan('always');

  test.each([
    ['before', [one, two, always]],
    ['after', [always, one, two]],
    ['around', [one, always, two]],
    ['without', [one, two]],
  ])('are printed %s the fields that are always there, with commas in between', (_where, declared) => {
    const plan = planWith(declared);
    for (const tags of [[], [0], [1], [0, 1], [1, 0]]) {
      const parts = ['00000007', declared.includes(always) ? '0005' : '', `0${tags.length}`];
      for (const tag of tags) parts.push(`0${tag}`, '02', `000${tag + 1}`);
      const bytes = Buffer.from(parts.join(''), 'hex');
      expect(compileJson(plan)?.(bytes)?.text).toBe(printedByObjects(interpretDecode(bytes, plan), plan));
    }
  });

  test('that were sent twice, or after their default, print what the interpreter reads', () => {
    const plan = planWith([always, one]);
    // Tag 0 twice: 5 then 0 is the interpreter's business, 0 then 5 is 5.
    const twice = Buffer.from('00000007' + '0001' + '02' + '00020005' + '00020000', 'hex');
    const later = Buffer.from('00000007' + '0001' + '02' + '00020000' + '00020005', 'hex');
    expect(compileJson(plan)?.(twice)).toBeNull();
    expect(compileJson(plan)?.(later)?.text).toBe('"header":{"correlationId":7},"body":{"always":1,"one":5}');
  });

  test('whose text does not tell whether they are the default are left to the interpreter', () => {
    const float = fieldPlan('float', { tag: 0, kind: FieldKind.Float64, bytesMin: 8 });
    expect(compileJson(planWith([float]))).toBeNull();
    const element = fieldPlan('', { kind: FieldKind.Float64, bytesMin: 8 });
    const floats = fieldPlan('floats', { tag: 0, kind: FieldKind.Array, element, defaultValue: [], bytesMin: 4 });
    expect(compileJson(planWith([floats]))).toBeNull();
    const header = { ...planWith([]).body, tagged: [one], declared: [one] };
    expect(compileJson({ ...planWith([always]), header })).toBeNull();
  });
});

test('leaves a count that nobody could print to the interpreter', () => {
  const payload = Buffer.alloc(8 + (decodedValuesMax + 1) * 10);
  payload.writeInt32BE(decodedValuesMax + 1, 4);
  expect(compiled(planOf(3, 'response', 0))(payload)).toBeNull();
});

test('a name is text in the source and in the JSON, whatever it is made of', () => {
  const name = '"]; throw new Error(`hostile`); //\n\u2028 \\';
  const plan = planWith([fieldPlan(name)]);
  const text = compileJson(plan)?.(Buffer.from('00000007' + '0009' + '00', 'hex'))?.text ?? '';
  expect(JSON.parse(`{${text}}`)).toEqual({ header: { correlationId: 7 }, body: { [name]: 9 } });
  expect(jsonSource(plan)).not.toContain('throw new Error(`hostile`); //\n');
});
