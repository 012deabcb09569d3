import { describe, expect, test } from 'vitest';
import { compileJson, jsonSource } from '../../src/protocol/compile-json.ts';
import { interpretDecode } from '../../src/protocol/decode.ts';
import { FieldKind } from '../../src/protocol/field-kind.ts';
import { bodyToJson, printJson } from '../../src/protocol/json.ts';
import type { Message, MessageJson } from '../../src/protocol/message.ts';
import { decodedValuesMax, type MessagePlan } from '../../src/protocol/plan.ts';
import { planOf } from './arbitrary-body.ts';
import { endOf, once, testAgreement } from './compiled-agreement.ts';
import { fieldPlan, hostileName, planWith } from './field-plans.ts';

const compiled = once(compileJson);

/** What the interpreter reads, printed from its objects; null for what it cannot read or what has unknown tags. */
function printedByObjects(message: Message, plan: MessagePlan): string | null {
  if (message.kind === 'opaque' || message.unknownTags.length > 0) return null;
  return `"header":${printJson(message.header)},"body":${printJson(bodyToJson(plan, message.body))}`;
}

function recordsOf(json: MessageJson, bytes: Uint8Array): Uint8Array[] {
  const records: Uint8Array[] = [];
  for (let at = 0; at < json.records.length; at += 2) {
    records.push(bytes.subarray(json.records[at], json.records[at + 1]));
  }
  return records;
}

describe('the compiled printer and the interpreter', () => {
  testAgreement((bytes, plan) => {
    const ours = compiled(plan)(bytes);
    const truth = interpretDecode(bytes, plan);
    const expected = printedByObjects(truth, plan);
    const records = truth.kind === 'decoded' ? truth.records : [];
    return {
      ours: ours && { text: ours.text, records: recordsOf(ours, bytes) },
      truth: { text: expected, records },
      end: endOf(truth, bytes),
      mayLeave: expected === null,
    };
  });
});

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
  const plan = planWith([fieldPlan(hostileName)]);
  const text = compileJson(plan)?.(Buffer.from('00000007' + '0009' + '00', 'hex'))?.text ?? '';
  expect(JSON.parse(`{${text}}`)).toEqual({ header: { correlationId: 7 }, body: { [hostileName]: 9 } });
  expect(jsonSource(plan)).not.toContain('throw new Error(`hostile`); //\n');
});
