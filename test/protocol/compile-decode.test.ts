import { describe, expect, test } from 'vitest';
import { compileDecode, decodeSource } from '../../src/protocol/compile-decode.ts';
import { decodedValuesMax, decodeResponse, interpretDecode } from '../../src/protocol/decode.ts';
import { encodeResponse } from '../../src/protocol/encode.ts';
import type { Message } from '../../src/protocol/message.ts';
import { compileAfterUses } from '../../src/protocol/source-parts.ts';
import { planOf } from './arbitrary-body.ts';
import { endOf, once, testAgreement } from './compiled-agreement.ts';
import { fieldPlan, hostileName, planWith } from './field-plans.ts';

const compiled = once(compileDecode);

/** Values in the order of the wire, so that a difference in the order of fields shows, too. */
function printed(message: Message): string {
  return JSON.stringify(message, (_name, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
}

describe('the compiled decoder and the interpreter', () => {
  testAgreement((bytes, plan) => {
    const ours = compiled(plan)(bytes);
    const truth = interpretDecode(bytes, plan);
    const mayLeave = truth.kind === 'decoded' && truth.unknownTags.length > 0;
    return { ours: ours && printed(ours), truth: printed(truth), end: endOf(truth, bytes), mayLeave };
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
  const plan = planWith([fieldPlan(hostileName)]);
  expect(decodeSource(plan)).toContain(JSON.stringify(hostileName));
  expect(compileDecode(plan)?.(Buffer.from('00000007' + '0009' + '00', 'hex'))?.body).toEqual({ [hostileName]: 9 });
});
