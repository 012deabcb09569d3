import { describe, expect, test } from 'vitest';
import { compileWalk, walkSource } from '../../src/protocol/compile-walk.ts';
import { encodeRequest, encodeResponse } from '../../src/protocol/encode.ts';
import { interpretWalk } from '../../src/protocol/interpret-walk.ts';
import { compileAfterUses } from '../../src/protocol/source-parts.ts';
import { WalkFacts, walkMessage } from '../../src/protocol/walk.ts';
import { walkPlanOf } from '../../src/protocol/walk-plan.ts';
import { planOf } from './arbitrary-body.ts';
import { once, testAgreement } from './compiled-agreement.ts';

const compiled = once((plan) => compileWalk(walkPlanOf(plan)));
const ours = new WalkFacts();
const truth = new WalkFacts();

/** What somebody who reads the facts can see of them. */
function seen(facts: WalkFacts): unknown {
  const { topLevelValues, topLevelCount, topLevelNames, ...rest } = facts;
  return { ...rest, topLevel: topLevelNames.map((name) => facts.topLevel(name)), topLevelNames };
}

describe('the compiled walk and the interpreter', () => {
  testAgreement((bytes, plan) => {
    ours.reset();
    truth.reset();
    interpretWalk(bytes, plan, truth);
    const end = compiled(plan)(bytes, ours);
    ours.ok = end >= 0;
    ours.endOffset = end;
    ours.topicCount = Math.max(ours.nameCount, ours.idCount);
    return { ours: end < 0 ? null : seen(ours), truth: seen(truth), end: truth.endOffset, mayLeave: false };
  });
});

describe('walkMessage with a compiled form', () => {
  const topics = Array.from({ length: 30 }, (_, index) => ({ name: `t${index}`, partitions: [{ errorCode: index }] }));
  const bytes = encodeResponse({ apiKey: 3, apiVersion: 9, correlationId: 1, body: { throttleTimeMs: 9, topics } });

  test('compiles after some uses and says the same ever after', () => {
    const facts = new WalkFacts();
    const plan = planOf(3, 'response', 9);
    plan.compiled.walkUses = 0;
    plan.compiled.walk = null;
    walkMessage(bytes, 'response', 3, 9, facts);
    const before = seen(facts);
    expect(plan.compiled.walk).toBeNull();
    for (let use = 0; use < compileAfterUses; use += 1) walkMessage(bytes, 'response', 3, 9, facts);
    expect(plan.compiled.walk).not.toBeNull();
    expect(walkMessage(bytes, 'response', 3, 9, facts)).toBe(true);
    expect(seen(facts)).toEqual(before);
  });

  test('leaves no half-picked facts behind when the message breaks off', () => {
    const facts = new WalkFacts();
    const plan = planOf(3, 'response', 9);
    plan.compiled.walk = compiled(plan);
    for (let end = 0; end < bytes.length; end += 1) {
      const cut = bytes.subarray(0, end);
      truth.reset();
      interpretWalk(cut, plan, truth);
      expect(walkMessage(cut, 'response', 3, 9, facts)).toBe(false);
      expect(seen(facts)).toEqual(seen(truth));
    }
  });

  test('reads a varint longer than it had to be, by way of the interpreter', () => {
    const facts = new WalkFacts();
    const plan = planOf(12, 'request', 4);
    plan.compiled.walk = compiled(plan);
    const plain = encodeRequest({
      apiKey: 12,
      apiVersion: 4,
      correlationId: 1,
      clientId: null,
      body: { groupId: 'g' },
    });
    // Header v2 with a null client id: 11 bytes, then the length of the group.
    const long = Buffer.concat([plain.subarray(0, 11), Buffer.from([0x82, 0x00]), plain.subarray(12)]);
    expect(compiled(plan)(long, new WalkFacts())).toBe(-1);
    expect(walkMessage(long, 'request', 12, 4, facts)).toBe(true);
    expect([facts.groupId, facts.endOffset]).toEqual(['g', long.length]);
  });
});

test('the source holds numbers and our own words only', () => {
  const source = walkSource(walkPlanOf(planOf(3, 'response', 12)));
  expect(source).not.toMatch(/["'`\\]/);
});
